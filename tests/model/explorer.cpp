#include "explorer.hpp"

#include "arena.hpp"
#include "choices.hpp"

#include <ucontext.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <unordered_set>
#include <utility>

namespace model {

namespace {

constexpr std::size_t stack_size = std::size_t{128} << 10;
constexpr std::size_t most_threads = 6;  // the auditor is one
constexpr int most_slices = 30;          // of one run; who needs more never ends

std::uint64_t mixed(std::uint64_t value) noexcept {  // splitmix64
    value += 0x9e3779b97f4a7c15;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
    value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
    return value ^ (value >> 31);
}

enum class Status : std::uint8_t { not_there, runnable, asleep, done, killed };

struct Thread {
    ucontext_t context;
    Status status;
    const void* asleep_on;
    std::uint64_t history;  ///< of all that it has learned: what it does next follows from this
};

enum class Doing : std::uint8_t { run, kill, end_slice, end_all_slices };

struct Action {
    Doing doing;
    std::size_t thread;
};

/// All runs of one scenario. A run ends early in a state in which an earlier one was: what follows is known.
class Explorer {
public:
    explicit Explorer(const Scenario& scenario) : scenario_(scenario) {}

    Outcome explore();

    std::size_t current() const noexcept { return current_; }
    const Thread& thread(std::size_t index) const noexcept { return threads_[index]; }
    std::size_t choose(std::size_t count) noexcept { return choices_.choose(count); }
    void step(const char* what, const void* where) noexcept;
    void learn(std::uint64_t result) noexcept {
        threads_[current_].history = mixed(threads_[current_].history ^ result);
    }
    void forget_all_but(std::uint64_t what) noexcept { threads_[current_].history = mixed(what); }
    void memory_changed(std::uint64_t from, std::uint64_t to, std::uint64_t place) noexcept {
        memory_ ^= mixed(place ^ mixed(from)) ^ mixed(place ^ mixed(to));
    }
    void sleep_on(const void* where) noexcept;
    void wake_one(const void* where) noexcept;
    [[noreturn]] void die() noexcept;
    [[noreturn]] void fail(const char* complaint) noexcept;
    int jump() noexcept;

private:
    static void enter_thread();

    void run();
    void go_on() noexcept;
    std::size_t decide() noexcept;
    void collect_actions() noexcept;
    void switch_to(std::size_t thread) noexcept;
    bool is_known() noexcept;
    void trace(const char* what, const void* where) noexcept;

    static constexpr std::size_t nobody = most_threads;

    const Scenario& scenario_;
    std::unordered_set<std::uint64_t> states_;
    Choices choices_;
    std::vector<Action> actions_;
    Outcome outcome_;
    bool tracing_ = false;
    std::string trace_;

    // of the run
    ucontext_t main_;
    Thread threads_[most_threads];
    std::size_t current_ = outside;
    std::uint64_t memory_ = 0;
    int kills_ = 0;
    int jumps_ = 0;
    int early_slices_ = 0;
    int slices_ = 0;
    int preemptions_ = 0;
    bool auditing_ = false;
    const char* failed_ = nullptr;
};

Explorer* explorer = nullptr;
alignas(64) char stacks[most_threads][stack_size];

void Explorer::trace(const char* what, const void* where) noexcept {
    if (tracing_) {
        char line[80];
        std::snprintf(line, sizeof line, "  process %zu: %s %p\n", current_, what, where);
        trace_ += line;
    }
}

bool Explorer::is_known() noexcept {
    if (choices_.repeating() || tracing_) {
        return false;
    }
    std::uint64_t state =
        mixed(memory_ ^ mixed(static_cast<std::uint64_t>(kills_) << 48 | static_cast<std::uint64_t>(jumps_) << 40 |
                              static_cast<std::uint64_t>(early_slices_) << 32 |
                              static_cast<std::uint64_t>(preemptions_) << 1 | (auditing_ ? 1 : 0)));
    for (const Thread& thread : threads_) {
        state = mixed(state ^ static_cast<std::uint64_t>(thread.status));
        if (thread.status == Status::runnable || thread.status == Status::asleep) {
            state = mixed(state ^ thread.history);
        }
    }
    if (scenario_.preemptions != Scenario::no_limit) {
        state = mixed(state ^ current_);  // whom to interrupt costs
    }
    return !states_.insert(state).second;
}

void Explorer::collect_actions() noexcept {
    actions_.clear();
    const std::size_t count = scenario_.threads.size();
    bool asleep = false;
    const bool current_may = current_ < most_threads && threads_[current_].status == Status::runnable;
    for (std::size_t i = 0; i < most_threads; ++i) {
        asleep = asleep || threads_[i].status == Status::asleep;
        if (threads_[i].status == Status::runnable &&
            (!current_may || i == current_ || preemptions_ < scenario_.preemptions)) {
            actions_.push_back({Doing::run, i});
        }
    }
    const bool idle = actions_.empty();
    if (idle && asleep) {
        actions_.push_back({Doing::end_all_slices, 0});
    }
    for (std::size_t i = 0; i < count; ++i) {
        const Status status = threads_[i].status;
        if (kills_ < scenario_.kills && i < scenario_.mortal &&
            (status == Status::runnable || status == Status::asleep)) {
            actions_.push_back({Doing::kill, i});
        }
        if (!idle && status == Status::asleep && early_slices_ < scenario_.early_slices) {
            actions_.push_back({Doing::end_slice, i});
        }
    }
}

/// The thread that goes on, or nobody when the run is over.
std::size_t Explorer::decide() noexcept {
    for (;;) {
        collect_actions();
        if (actions_.empty()) {
            if (auditing_ || !scenario_.audit) {
                ++outcome_.ends;
                return nobody;
            }
            auditing_ = true;
            threads_[scenario_.threads.size()].status = Status::runnable;
            continue;
        }
        if (is_known()) {
            return nobody;
        }
        if (actions_[0].doing == Doing::end_all_slices && scenario_.exact_wakes && kills_ == 0) {
            failed_ = "all sleep, and nobody will wake them";
            return nobody;
        }
        const Action action = actions_[choose(actions_.size())];
        Thread& thread = threads_[action.thread];
        switch (action.doing) {
            case Doing::run:
                if (action.thread != current_ && current_ < most_threads &&
                    threads_[current_].status == Status::runnable) {
                    ++preemptions_;
                }
                return action.thread;
            case Doing::kill:
                ++kills_;
                thread.status = Status::killed;
                if (tracing_) {
                    trace_ += "  process " + std::to_string(action.thread) + " is killed\n";
                }
                break;
            case Doing::end_slice:
                ++early_slices_;
                thread.status = Status::runnable;
                break;
            case Doing::end_all_slices:
                if (++slices_ > most_slices) {
                    failed_ = "somebody waits for ever";
                    return nobody;
                }
                for (Thread& sleeper : threads_) {
                    if (sleeper.status == Status::asleep) {
                        sleeper.status = Status::runnable;
                    }
                }
        }
    }
}

void Explorer::switch_to(std::size_t thread) noexcept {
    const std::size_t before = std::exchange(current_, thread);
    ucontext_t* const from = before < most_threads ? &threads_[before].context : &main_;
    if (thread == nobody) {
        current_ = outside;
        use_arena(false);
        ::swapcontext(from, &main_);
    } else {
        use_arena(true);
        ::swapcontext(from, &threads_[thread].context);
    }
}

/// Lets whoever's turn it is go on; returns when it is this thread's.
void Explorer::go_on() noexcept {
    std::size_t next = nobody;
    {
        const NoArena outside_of_the_model;
        next = failed_ ? nobody : decide();
    }
    if (next != current_) {
        switch_to(next);
    }
}

void Explorer::step(const char* what, const void* where) noexcept {
    go_on();
    learn(0);  // that it has come so far
    const NoArena outside_of_the_model;
    trace(what, where);
}

void Explorer::sleep_on(const void* where) noexcept {
    Thread& thread = threads_[current_];
    thread.asleep_on = where;
    thread.status = Status::asleep;
    {
        const NoArena outside_of_the_model;
        trace("falls asleep on", where);
    }
    go_on();
    learn(0);
}

void Explorer::wake_one(const void* where) noexcept {
    std::size_t sleepers[most_threads];
    std::size_t count = 0;
    for (std::size_t i = 0; i < most_threads; ++i) {
        if (threads_[i].status == Status::asleep && threads_[i].asleep_on == where) {
            sleepers[count++] = i;
        }
    }
    if (count != 0) {
        const NoArena outside_of_the_model;
        threads_[sleepers[choose(count)]].status = Status::runnable;
    }
}

int Explorer::jump() noexcept {
    const NoArena outside_of_the_model;
    if (jumps_ < scenario_.jumps && choose(2) == 1) {
        ++jumps_;
    }
    learn(static_cast<std::uint64_t>(jumps_));
    return jumps_;
}

void Explorer::fail(const char* complaint) noexcept {
    failed_ = complaint;
    switch_to(nobody);
    std::abort();  // nobody comes back to a run that has failed
}

void Explorer::die() noexcept {
    ++kills_;
    threads_[current_].status = Status::killed;
    {
        const NoArena outside_of_the_model;
        trace("is killed", nullptr);
    }
    go_on();
    std::abort();
}

void Explorer::enter_thread() {
    Explorer& self = *explorer;
    const std::size_t index = self.current_;
    const Scenario& scenario = self.scenario_;
    self.learn(0);  // it has begun
    (index < scenario.threads.size() ? scenario.threads[index] : scenario.audit)();
    self.threads_[index].status = Status::done;
    self.go_on();
    std::abort();  // it never has a turn again
}

void Explorer::run() {
    memory_ = 0;
    kills_ = jumps_ = early_slices_ = slices_ = preemptions_ = 0;
    auditing_ = false;
    failed_ = nullptr;
    current_ = outside;
    empty_arena();
    scenario_.prepare();
    for (std::size_t i = 0; i < most_threads; ++i) {
        Thread& thread = threads_[i];
        thread.status = i < scenario_.threads.size() ? Status::runnable : Status::not_there;
        thread.asleep_on = nullptr;
        thread.history = i;
        ::getcontext(&thread.context);
        thread.context.uc_stack.ss_sp = stacks[i];
        thread.context.uc_stack.ss_size = stack_size;
        ::makecontext(&thread.context, &Explorer::enter_thread, 0);
    }
    const std::size_t first = decide();
    if (first != nobody) {
        switch_to(first);
    }
}

Outcome Explorer::explore() {
    explorer = this;
    do {
        run();
        ++outcome_.runs;
    } while (!failed_ && choices_.next());
    outcome_.states = states_.size();
    if (failed_) {
        tracing_ = true;
        choices_.again();
        run();
        outcome_.complaint = std::string(failed_ ? failed_ : "a failure that does not come again") + '\n' + trace_;
    }
    explorer = nullptr;
    return outcome_;
}

}  // namespace

Outcome explore(const Scenario& scenario) {
    return Explorer(scenario).explore();
}

std::size_t current_thread() noexcept {
    return explorer ? explorer->current() : outside;
}

bool was_killed(std::size_t thread) noexcept {
    return explorer->thread(thread).status == Status::killed;
}

std::size_t choose(std::size_t count) noexcept {
    const NoArena outside_of_the_model;
    return explorer->choose(count);
}

void step(const char* what, const void* where) noexcept {
    if (current_thread() != outside) {
        explorer->step(what, where);
    }
}

void learn(std::uint64_t result) noexcept {
    if (current_thread() != outside) {
        explorer->learn(result);
    }
}

void forget_all_but(std::uint64_t what) noexcept {
    explorer->forget_all_but(what);
}

void memory_changed(const void* where, std::uint64_t from, std::uint64_t to) noexcept {
    if (explorer) {
        explorer->memory_changed(from, to, reinterpret_cast<std::uintptr_t>(where));
    }
}

void sleep_on(const void* where) noexcept {
    explorer->sleep_on(where);
}

void wake_one(const void* where) noexcept {
    explorer->wake_one(where);
}

void die() noexcept {
    explorer->die();
}

void require(bool condition, const char* complaint) noexcept {
    if (!condition) {
        explorer->fail(complaint);
    }
}

Clock::time_point Clock::now() noexcept {
    constexpr std::chrono::hours far{24 * 3652};
    return time_point(far * explorer->jump());
}

}  // namespace model
