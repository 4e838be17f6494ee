#include "instant_test.hpp"

#include <sched.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

namespace stress {

Victim::Victim(const std::function<void()>& operation) {
    ::sched_getaffinity(0, sizeof processors_, &processors_);
    cpu_set_t here;
    CPU_ZERO(&here);
    CPU_SET(::sched_getcpu(), &here);
    ::sched_setaffinity(0, sizeof here, &here);
    pid_ = ::fork();
    if (pid_ == 0) {
        operation();  // once before, so that what is found out once is known
        ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
        ::raise(SIGSTOP);
        operation();
        ::raise(SIGSTOP);
        ::_exit(0);
    }
    ::waitpid(pid_, nullptr, 0);
}

Victim::~Victim() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    ::sched_setaffinity(0, sizeof processors_, &processors_);
}

bool Victim::step(long instructions) {
    for (; instructions > 0; --instructions) {
        int status = 0;
        if (::ptrace(PTRACE_SINGLESTEP, pid_, nullptr, nullptr) < 0 || ::waitpid(pid_, &status, 0) < 0 ||
            !WIFSTOPPED(status) || WSTOPSIG(status) == SIGSTOP) {
            return false;
        }
    }
    return true;
}

}  // namespace stress
