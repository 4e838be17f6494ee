#include "exploration.hpp"

#include "arena.hpp"

#include <cstdlib>
#include <utility>

namespace model {

namespace {

constexpr std::size_t stack_size = std::size_t{128} << 10;
constexpr int most_slices = 30;  // of one run; who needs more never ends

std::uint64_t mixed(std::uint64_t value) noexcept {  // splitmix64
    value += 0x9e3779b97f4a7c15;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
    value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
    return value ^ (value >> 31);
}

alignas(64) char stacks[most_threads][stack_size];

}  // namespace

Exploration* exploration = nullptr;

void Exploration::learn(std::uint64_t result) noexcept {
    threads_[current_].history = mixed(threads_[current_].history ^ result);
}

void Exploration::forget_all_but(std::uint64_t what) noexcept {
    threads_[current_].history = mixed(what);
}

void Exploration::trace(const char* what, const void* where) noexcept {
    if (tracing_) {
        trace_ += "  process " + std::to_string(current_) + ": " + what;
        if (where) {
            trace_ +=
                " +" + std::to_string(static_cast<const char*>(where) - static_cast<const char*>(scenario_.memory));
        }
        trace_ += '\n';
    }
}

void Exploration::memory_changed(const void* where, std::uint64_t from, std::uint64_t to) noexcept {
    const std::uint64_t place = reinterpret_cast<std::uintptr_t>(where);
    memory_ ^= mixed(place ^ mixed(from)) ^ mixed(place ^ mixed(to));
    for (Thread& thread : threads_) {
        if (thread.status == Status::napping && thread.asleep_on == where) {
            thread.status = Status::runnable;
        }
    }
    if (tracing_ && current_ != outside) {
        const NoArena outside_of_the_model;
        trace_ += "    " + std::to_string(from) + " becomes " + std::to_string(to) + '\n';
    }
}

bool Exploration::is_known() noexcept {
    if (choices_.repeating() || tracing_) {
        return false;
    }
    std::uint64_t state =
        mixed(memory_ ^ mixed(static_cast<std::uint64_t>(kills_) << 48 | static_cast<std::uint64_t>(jumps_) << 40 |
                              static_cast<std::uint64_t>(early_slices_) << 32 |
                              static_cast<std::uint64_t>(preemptions_) << 1 | (auditing_ ? 1 : 0)));
    for (const Thread& thread : threads_) {
        state = mixed(state ^ static_cast<std::uint64_t>(thread.status));
        if (thread.status == Status::runnable || is_resting(thread.status)) {
            state = mixed(state ^ thread.history);
        }
    }
    if (scenario_.preemptions != Scenario::no_limit) {
        state = mixed(state ^ current_);  // whom to interrupt costs
    }
    return !states_.insert(state).second;
}

void Exploration::collect_actions() noexcept {
    actions_.clear();
    const std::size_t count = scenario_.threads.size();
    bool asleep = false;
    bool napping = false;
    const bool current_may = current_ < most_threads && threads_[current_].status == Status::runnable;
    for (std::size_t i = 0; i < most_threads; ++i) {
        asleep = asleep || threads_[i].status == Status::asleep;
        napping = napping || threads_[i].status == Status::napping;
        if (threads_[i].status == Status::runnable &&
            (!current_may || i == current_ || preemptions_ < scenario_.preemptions)) {
            actions_.push_back({Doing::run, i});
        }
    }
    const bool idle = actions_.empty();
    if (idle && (asleep || napping)) {
        actions_.push_back({napping ? Doing::end_naps : Doing::end_all_slices, 0});
    }
    for (std::size_t i = 0; i < count; ++i) {
        const Status status = threads_[i].status;
        if (kills_ < scenario_.kills && (status == Status::runnable || is_resting(status))) {
            actions_.push_back({Doing::kill, i});
        }
        if (!idle && is_resting(status) && early_slices_ < scenario_.early_slices) {
            actions_.push_back({Doing::end_slice, i});
        }
    }
}

/// The thread that goes on, or nobody when the run is over.
std::size_t Exploration::decide() noexcept {
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
                end_all(Status::asleep);
                break;
            case Doing::end_naps:
                end_all(Status::napping);
                break;
        }
        if (failed_) {
            return nobody;
        }
    }
}

void Exploration::end_all(Status status) noexcept {
    if (++slices_ > most_slices) {
        failed_ = "somebody waits for ever";
    }
    for (Thread& thread : threads_) {
        if (thread.status == status) {
            thread.status = Status::runnable;
        }
    }
}

void Exploration::switch_to(std::size_t thread) noexcept {
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
void Exploration::go_on() noexcept {
    std::size_t next = nobody;
    {
        const NoArena outside_of_the_model;
        next = failed_ ? nobody : decide();
    }
    if (next != current_) {
        switch_to(next);
    }
}

void Exploration::step(const char* what, const void* where) noexcept {
    go_on();
    learn(0);  // that it has come so far
    const NoArena outside_of_the_model;
    trace(what, where);
}

void Exploration::sleep_on(const void* where, Status status) noexcept {
    Thread& thread = threads_[current_];
    thread.asleep_on = where;
    thread.status = status;
    {
        const NoArena outside_of_the_model;
        trace(status == Status::napping ? "naps until a change of" : "falls asleep on", where);
    }
    go_on();
    learn(0);
}

void Exploration::wake_one(const void* where) noexcept {
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

int Exploration::jump() noexcept {
    const NoArena outside_of_the_model;
    if (jumps_ < scenario_.jumps && choose(2) == 1) {
        ++jumps_;
    }
    learn(static_cast<std::uint64_t>(jumps_));
    return jumps_;
}

void Exploration::fail(const char* complaint) noexcept {
    failed_ = complaint;
    switch_to(nobody);
    std::abort();  // nobody comes back to a run that has failed
}

void Exploration::die() noexcept {
    ++kills_;
    threads_[current_].status = Status::killed;
    {
        const NoArena outside_of_the_model;
        trace("is killed", nullptr);
    }
    go_on();
    std::abort();
}

void Exploration::enter_thread() {
    Exploration& self = *exploration;
    const std::size_t index = self.current_;
    const Scenario& scenario = self.scenario_;
    self.learn(0);  // it has begun
    (index < scenario.threads.size() ? scenario.threads[index] : scenario.audit)();
    self.threads_[index].status = Status::done;
    self.go_on();
    std::abort();  // it never has a turn again
}

void Exploration::run() {
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
        ::makecontext(&thread.context, &Exploration::enter_thread, 0);
    }
    const std::size_t first = decide();
    if (first != nobody) {
        switch_to(first);
    }
}

Outcome Exploration::explore() {
    exploration = this;
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
    exploration = nullptr;
    return outcome_;
}

}  // namespace model
