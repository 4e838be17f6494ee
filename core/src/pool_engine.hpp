#pragma once

/// \file
/// The pool's side of a pool: which task is where, who runs it, and who died.

#include "pool_board.hpp"

#include <spork/connection.hpp>
#include <spork/finalize.hpp>
#include <spork/pool.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <thread>
#include <vector>

namespace spork::detail {

/// PoolEngine gives tasks to workers over one queue, and takes answers out of another. Both survive any worker, so no worker
/// can harm the others. Its table says where each task is:
///
/// | a worker is killed            | what becomes of its task                                                           |
/// |-------------------------------|------------------------------------------------------------------------------------|
/// | while it waits                | it has none                                                                        |
/// | after it took a task          | nobody has claimed it: it is given out again, under another number (lost_until_)   |
/// | after it claimed it           | WorkerDied, or run again (`retries`)                                               |
/// | after it has put its answer   | it is done: all answers of the dead one are taken before its tasks are looked at   |
///
/// Two threads serve it: the keeper takes answers when nobody else does, and calls the users' functions; the watcher waits for
/// the ends of workers, starts others, and keeps time limits. What is called on a task is called without the lock.
class PoolEngine {
public:
    explicit PoolEngine(PoolOptions options);
    PoolEngine(const PoolEngine&) = delete;
    PoolEngine& operator=(const PoolEngine&) = delete;
    ~PoolEngine();

    void submit(const TaskGroup& tasks);
    bool cancel(const TaskGroup& tasks);
    void close();
    void terminate();
    bool join(Timeout timeout, const std::stop_token& stop);

    /// False in a copy of the process that made it.
    bool is_own() const noexcept;

    const PoolOptions& options() const noexcept { return options_; }
    std::size_t processes() const noexcept { return count_; }
    std::vector<Process> workers();

    /// For a thread that waits for a result: takes answers that are there. False when it cannot, or there are none.
    bool help();

    /// While one of these lives, the keeper leaves the answers to the thread that has it.
    class Helper {
    public:
        explicit Helper(PoolEngine& engine);
        Helper(const Helper&) = delete;
        Helper& operator=(const Helper&) = delete;
        ~Helper();

    private:
        PoolEngine& engine_;
    };

private:
    enum class State { running, closed, terminated };

    struct Worker {
        Process process;
        std::uint64_t number;
        bool ready = false;
        bool dead = false;
        std::optional<std::chrono::steady_clock::time_point> kill_at = {};
    };

    struct Place {
        std::shared_ptr<PoolTask> task;
        std::uint64_t use = 0;
        std::uint64_t message = 0;    ///< how many were put before and with it
        std::exception_ptr end = {};  ///< with which it is to fail when its worker ends: cancelled, or too slow
    };

    struct Failure {
        std::shared_ptr<PoolTask> task;
        std::exception_ptr error;
    };

    /// What is to be told without the lock.
    using Failures = std::vector<Failure>;

    // Giving tasks out, and taking answers: pool_engine.cpp.
    void feed();
    std::shared_ptr<PoolTask> next_to_feed(TaskHeader& header);
    void after_giving(const std::shared_ptr<PoolTask>& task, const TaskHeader& header, QueueKeeper::End end,
                      std::exception_ptr error, Failures& failures);
    bool take_answer(bool in_keeper);
    void deliver(PoolTask& task, const AnswerHeader& header, std::span<const std::byte> bytes,
                 std::vector<std::shared_ptr<OwnedHandle>> handles) noexcept;
    void release(std::uint32_t place);
    void call_in_keeper(std::function<void()> call);
    void report(Failures& failures);
    void fail_all(const std::exception_ptr& error, Failures& failures);
    void keep();

    // Workers: pool_watch.cpp.
    void start_worker(std::uint64_t number);
    void watch();
    void look();
    void bury(Worker& worker, Failures& failures);
    void keep_limits(Failures& failures);
    void find_lost();
    void end_workers_when_done();
    void replace_workers(Failures& failures);
    Timeout next_look();
    void break_pool(const std::exception_ptr& error);
    void kill_workers();
    Worker* worker_with(std::uint64_t number);
    void wake_watcher() noexcept;
    void wake_keeper() noexcept;  ///< with the lock held

    BoardPlace& board(std::size_t place) { return static_cast<Board*>(lanes_.board->state())->places[place]; }
    QueueObject& tasks() { return *lanes_.tasks; }
    QueueObject& answers() { return *lanes_.answers; }

    const PoolOptions options_;
    const std::size_t count_;
    const std::int64_t owner_;
    PoolSetup lanes_;

    std::mutex mutex_;
    std::condition_variable changed_;  ///< something for the keeper to do, or the workers are gone
    State state_ = State::running;
    std::exception_ptr broken_;
    std::deque<std::shared_ptr<PoolTask>> backlog_;
    std::vector<Place> places_;
    std::vector<std::uint32_t> free_places_;
    bool feeding_ = false;
    std::vector<Worker> workers_;
    std::uint64_t last_number_ = 0;
    std::size_t early_deaths_ = 0;             ///< of workers that never became ready, one after the other
    std::uint64_t lost_until_ = 0;             ///< of so many first messages one may be lost; 0: none
    bool limits_in_use_ = false;               ///< some task has had a time limit
    std::deque<std::function<void()>> calls_;  ///< for the keeper
    std::stop_source keeper_wait_;             ///< ends its wait for answers
    std::atomic<int> helpers_{0};
    bool ended_ = false;
    Connection wake_receiver_;
    Connection wake_sender_;
    std::thread keeper_;
    std::thread watcher_;
    std::optional<Finalizer> at_exit_;
};

}  // namespace spork::detail
