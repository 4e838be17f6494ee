#pragma once

/// \file
/// What a pool and its workers share: who runs which task, and the two queues.

#include "queue_object.hpp"
#include "shared_object.hpp"
#include "shared_word.hpp"

#include <spork/task.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>

namespace spork::detail {

/// Place of one task that was given to the workers. Whoever runs it claims it first, by one compare-exchange: so it is run
/// once, cancelled or not, and of every task is known at every instant who runs it.
///
/// | bits  | meaning                                                             |
/// |-------|---------------------------------------------------------------------|
/// | 0-15  | nobody, `queued`, or the number of the worker that has claimed it   |
/// | 16-63 | how often the place was used: a message with another number is old  |
struct BoardPlace {
    static constexpr std::uint64_t nobody = 0;
    static constexpr std::uint64_t queued = 0xffff;
    static constexpr std::uint64_t most_workers = 0xfffe;  ///< numbers from 1 on; then they begin again

    StateWord claim;
    StateWord began;  ///< when its run began, in ticks of the steady clock; 0: not yet
    StateWord stop;   ///< the use of which the task was asked to stop: its worker takes no other one

    static std::uint64_t word(std::uint64_t use, std::uint64_t who) noexcept { return use << 16 | who; }
    static std::uint64_t who(std::uint64_t word) noexcept { return word & 0xffff; }
    static std::uint64_t use(std::uint64_t word) noexcept { return word >> 16; }
};

struct Board {
    /// Tasks that are in the workers' queue or being run; the others wait in the pool's process.
    static constexpr std::size_t capacity = 4096;

    BoardPlace places[capacity];
};

/// What stands before the bytes of a task on its way to a worker.
struct TaskHeader {
    std::uint64_t use = 0;
    std::uint32_t place = 0;
    std::uint32_t unused = 0;
};

/// And before those of an answer.
struct AnswerHeader {
    enum Kind : std::uint32_t { value, exception, ready, initializer_failed, retiring };

    std::uint64_t use = 0;  ///< of the task's place; of other kinds the worker's number
    std::uint32_t place = 0;
    Kind kind = retiring;
};

/// What a worker is started with.
struct PoolSetup {
    std::shared_ptr<QueueObject> tasks;
    std::shared_ptr<QueueObject> answers;
    std::shared_ptr<SharedObject> board;
    std::uint32_t number = 0;
    std::uint64_t most_tasks = 0;  ///< 0: any number
    Task<void> initializer;

    static PoolSetup make();
};

/// What a worker does until it is to end.
void run_pool_worker(PoolSetup setup);

}  // namespace spork::detail

namespace spork {

template <>
struct Transfer<detail::PoolSetup> {
    static void save(Writer& writer, const detail::PoolSetup& value);
    static detail::PoolSetup load(Reader& reader);
};

}  // namespace spork
