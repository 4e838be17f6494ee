// What becomes of the others when a process is killed in the middle of something. The lock that it had goes to the
// next one, who is told that it was abandoned, and repairs what the dead one left half done. The units of a semaphore
// that it had taken come back. The barrier that it had not reached yet breaks, for those who wait and those who come
// later, until it is reset. The notification that it did not live to see goes to the next one who waits.
//
// No program of the tutorials: in Python, in each of these cases, the others wait for ever.

#include <spork/spork.hpp>

#include <QThread>

#include <mutex>
#include <string>

struct Account {
    int ours = 100;
    int theirs = 100;
};

std::string text(const Account& account) {
    return std::to_string(account.ours) + " + " + std::to_string(account.theirs);
}

std::string yes_or_no(bool yes) {
    return yes ? "yes" : "no";
}

/// Says that everything is prepared, and is killed here.
[[noreturn]] void be_killed(const spork::Connection& main_program) {
    main_program.send(true);
    for (;;) {
        QThread::sleep(60);
    }
}

void kill(spork::Process& process) {
    process.kill();
    process.join();
    spork::print("    killed, exit code " + std::to_string(process.exitcode().value()));
}

/// Starts the process, waits until it is prepared, and kills it.
template <class Target, class Argument>
void start_and_kill(Target target, const Argument& argument) {
    auto [here, there] = spork::Pipe();
    spork::Process process(target, argument, there);
    process.start();
    here.recv<bool>();
    kill(process);
}

void pay_half(spork::Value<Account> account, spork::Connection main_program) {
    const std::scoped_lock hold(account.get_lock());
    account.get_obj().ours -= 30;
    be_killed(main_program);
}

void take_both_units(spork::Semaphore units, spork::Connection main_program) {
    units.acquire();
    units.acquire();
    be_killed(main_program);
}

void never_come(spork::Barrier, spork::Connection main_program) {
    be_killed(main_program);
}

void come(spork::Barrier barrier) {
    try {
        barrier.wait();
        spork::print("    somebody passes");
    } catch (const spork::BrokenBarrierError&) {
        spork::print("    somebody waits in vain");
    }
}

void wait_in_the_row(int number, spork::Condition condition, spork::Connection main_program) {
    const std::scoped_lock hold(condition);
    main_program.send(true);
    condition.wait();
    spork::print("    number " + std::to_string(number) + " goes on");
}

void lock() {
    spork::print("a lock, and an account of 100 + 100");
    const spork::Value<Account> account{Account()};
    start_and_kill(pay_half, account);
    const std::scoped_lock hold(account.get_lock());
    spork::print("    the next one has the lock; abandoned: " + yes_or_no(account.get_lock().abandoned()) + ", " +
                 text(account.get_obj()));
    account.get_obj().theirs = 200 - account.get_obj().ours;
    account.get_lock().make_consistent();
    spork::print("    repaired; abandoned: " + yes_or_no(account.get_lock().abandoned()) + ", " +
                 text(account.get_obj()));
}

void semaphore() {
    spork::print("a semaphore with two units");
    const spork::Semaphore units(2);
    start_and_kill(take_both_units, units);
    const bool one = units.acquire();
    const bool two = units.acquire();
    spork::print("    the next one has two of them: " + yes_or_no(one && two));
}

void barrier() {
    spork::print("a barrier for two");
    const spork::Barrier barrier(2);
    spork::Process waiting(come, barrier);
    waiting.start();
    start_and_kill(never_come, barrier);
    waiting.join();
    spork::print("    broken: " + yes_or_no(barrier.broken()));
    barrier.reset();
    spork::Process again(come, barrier);
    again.start();
    come(barrier);
    again.join();
}

void condition() {
    spork::print("a condition for which two wait");
    const spork::Condition condition;
    auto [here, there] = spork::Pipe();
    spork::Process first(wait_in_the_row, 1, condition, there);
    spork::Process second(wait_in_the_row, 2, condition, there);
    for (spork::Process* process : {&first, &second}) {
        process->start();
        here.recv<bool>();
    }
    {
        const std::scoped_lock hold(condition);  // free only when both wait
        condition.notify();                      // number 1, who cannot go on yet
        kill(first);
    }
    second.join();
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    lock();
    semaphore();
    barrier();
    condition();
}
