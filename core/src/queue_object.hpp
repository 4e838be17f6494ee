#pragma once

/// \file
/// A queue as this process uses it.

#include "handle_lane.hpp"
#include "queue_keeper.hpp"
#include "shared_object.hpp"

#include <spork/archive.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>

namespace spork::detail {

/// The limits of a new queue; 0: none.
struct QueueLimits {
    std::uint64_t items = 0;
    std::uint64_t bytes = 0;
};

class QueueObject : public std::enable_shared_from_this<QueueObject> {
public:
    /// Throws std::system_error. Without `handles` its items cannot hold any.
    static std::shared_ptr<QueueObject> create(std::uint64_t type, QueueLimits limits, bool joinable, bool handles);

    void save(Writer& writer);
    static std::shared_ptr<QueueObject> load(Reader& reader, std::uint64_t type);

    QueueObject(std::shared_ptr<SharedObject> object, HandleLane lane, std::uint64_t ticket);
    QueueObject(const QueueObject&) = delete;
    QueueObject& operator=(const QueueObject&) = delete;
    ~QueueObject();

    QueueState& state() const noexcept { return *static_cast<QueueState*>(object_->state()); }
    QueueKeeper keeper() noexcept { return {state(), object_->mapping(), ring_}; }
    std::uint64_t identity() const noexcept { return object_->header().identity; }

    /// This process's entry. A forked child gets one of its own.
    QueueUser& user() {
        QueueUser* const user = user_.load(std::memory_order_acquire);
        return QueueUsers::is_own(user) ? *user : enter();
    }

    /// The same, marked as one that does this: QueueUser::puts, gets or closed.
    QueueUser& user_who(std::uint64_t use) {
        QueueUser& own = user();
        if (!own.did(use)) {
            keeper().mark(own, use);
        }
        return own;
    }

    /// Puts the message that the writer has; its loans are handed over then.
    QueueKeeper::End put(Writer& writer, bool block, SleepLimit& limit);
    QueueKeeper::End get(TakenMessage& message, bool block, SleepLimit& limit) {
        return keeper().get(message, user_who(QueueUser::gets), block, limit);
    }

private:
    bool is_abandoned();
    QueueUser& enter();

    std::shared_ptr<SharedObject> object_;
    QueueRing ring_;
    std::atomic<QueueUser*> user_;
    std::mutex mutex_;  ///< whoever changes user_
};

}  // namespace spork::detail
