#pragma once

/// \file
/// A mutex in shared memory that survives its holder.

#include "shared_word.hpp"
#include "sleep_limit.hpp"

#include "platform/process_tag.hpp"
#include "platform/segment.hpp"

#include <atomic>
#include <cstdint>

namespace spork::detail {

/// LockWord is one atomic word that says everything about a lock, so that no instant is without a holder's name:
///
/// | bits  | meaning                                                                              |
/// |-------|--------------------------------------------------------------------------------------|
/// | 0-28  | number of the process that holds the lock; 0: it is free                             |
/// | 29    | hungry: somebody has slept for long. Who has not slept yet must not take the lock    |
/// | 30    | abandoned: a holder died, and nobody has called make_consistent() since              |
/// | 31    | sleepers: whoever frees the lock wakes one                                           |
/// | 32-63 | start of the holder, see ProcessTag                                                  |
///
/// | a process is killed                    | what is left, and who repairs it                                  |
/// |----------------------------------------|-------------------------------------------------------------------|
/// | holding the lock                       | its name: a sleeper that looks again takes the lock as abandoned  |
/// | between freeing it and waking a sleeper | a free lock: sleepers look again within a slice                  |
/// | asleep                                 | bit 31: one wake that nobody needs                                |
/// | woken, before it takes the lock        | a free lock: the other sleepers look again within a slice         |
/// | after it has set bit 29                | newcomers sleep for one slice; taking the lock clears the bit     |
///
/// A thread that ends while it holds the lock keeps it: what it protects may still be in its process's hands.
class LockWord {
public:
    bool try_lock() noexcept {
        std::uint64_t free = 0;
        return word_.compare_exchange_strong(free, own_tag(), std::memory_order_acquire, std::memory_order_relaxed) ||
               (free != 0 && try_lock_marked(free));
    }

    /// For who does not wait: takes the lock as abandoned when its holder has ended. Costs some ten microseconds.
    bool try_succeed() noexcept;

    /// For who has tried: waits for the lock until the limit ends the wait.
    WaitEnd wait(platform::Mapping& mapping, SleepLimit& limit) noexcept;

    /// Waits for as long as it takes.
    void lock(platform::Mapping& mapping) noexcept {
        if (!try_lock()) {
            SleepLimit none;
            wait(mapping, none);
        }
    }

    /// Whoever holds it. False when nobody does.
    bool unlock(platform::Mapping& mapping) noexcept {
        std::uint64_t held = own_tag();
        return word_.compare_exchange_strong(held, 0, std::memory_order_release, std::memory_order_relaxed) ||
               unlock_marked(mapping, held);
    }

    bool abandoned() const noexcept { return (word_.load(std::memory_order_relaxed) & abandoned_bit) != 0; }
    void make_consistent() noexcept { word_.fetch_and(~abandoned_bit, std::memory_order_relaxed); }

    /// The process that holds it; id 0 when nobody does.
    platform::ProcessTag holder() const noexcept { return tag_of(word_.load(std::memory_order_relaxed)); }
    bool held_by_this_process() const noexcept { return holder() == platform::process_tag(); }

private:
    static constexpr std::uint64_t id_bits = platform::tag_id_limit - 1;
    static constexpr std::uint64_t hungry_bit = std::uint64_t{1} << 29;
    static constexpr std::uint64_t abandoned_bit = std::uint64_t{1} << 30;
    static constexpr std::uint64_t sleepers_bit = std::uint64_t{1} << 31;

    static platform::ProcessTag tag_of(std::uint64_t word) noexcept {
        return {static_cast<std::uint32_t>(word & id_bits), static_cast<std::uint32_t>(word >> 32)};
    }
    static bool is_free(std::uint64_t word) noexcept { return (word & id_bits) == 0; }

    bool try_lock_marked(std::uint64_t word) noexcept;
    bool spin() noexcept;
    bool unlock_marked(platform::Mapping& mapping, std::uint64_t word) noexcept;

    StateWord word_{0};  ///< sleepers sleep on the half with the flags
};

}  // namespace spork::detail
