#include "instant_test.hpp"

#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

namespace stress {

Victim::Victim(const std::function<void()>& operation) : pid_(::fork()) {
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
