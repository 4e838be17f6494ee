// One wrapper for each system call that a launch or a transfer makes: its turn to fail, or the real one.
//
// Not led here: calls whose failure is told of nowhere (close, sigprocmask, kill), and waitid, which only fails when
// somebody else has collected the child; tests/stress has that.

#include "failing_calls.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstring>

namespace {

// Written and read by a vfork child too, on our memory; a forked one has a copy and is told from us by its number.
volatile int calls_left = 0;
volatile int wanted_error = 0;  // 0: the usual one of each
const char* volatile counted_calls = nullptr;
volatile int given_error = 0;
const char* volatile failed_call = nullptr;
volatile pid_t armed_process = 0;
volatile pthread_t armed_thread = 0;
volatile bool sharing_memory = false;

/// Whether it is this call's turn; sets errno then.
bool fails(const char* call, int usual_error) {
    if (calls_left == 0 || pthread_self() != armed_thread || (getpid() != armed_process && !sharing_memory)) {
        return false;
    }
    if (counted_calls && !std::strstr(counted_calls, call)) {
        return false;
    }
    calls_left = calls_left - 1;
    if (calls_left != 0) {
        return false;
    }
    failed_call = call;
    given_error = wanted_error != 0 ? wanted_error : usual_error;
    errno = given_error;
    return true;
}

}  // namespace

namespace fault {

FailingCalls::FailingCalls(int number) : FailingCalls(number, 0, nullptr) {}

FailingCalls::FailingCalls(int number, int error, const char* only) {
    failed_call = nullptr;
    given_error = 0;
    wanted_error = error;
    counted_calls = only;
    armed_process = getpid();
    armed_thread = pthread_self();
    calls_left = number;
}

FailingCalls::~FailingCalls() {
    calls_left = 0;
}

std::string FailingCalls::failed() {
    return failed_call ? failed_call : "";
}

int FailingCalls::error() {
    return given_error;
}

}  // namespace fault

// The names are the linker's.
extern "C" {

int __real_socketpair(int domain, int type, int protocol, int* ends);
int __wrap_socketpair(int domain, int type, int protocol, int* ends) {
    return fails("socketpair", EMFILE) ? -1 : __real_socketpair(domain, type, protocol, ends);
}

int __real_pipe(int* ends);
int __wrap_pipe(int* ends) {
    return fails("pipe", EMFILE) ? -1 : __real_pipe(ends);
}

int __real_eventfd(unsigned value, int flags);
int __wrap_eventfd(unsigned value, int flags) {
    return fails("eventfd", EMFILE) ? -1 : __real_eventfd(value, flags);
}

int __real_memfd_create(const char* name, unsigned flags);
int __wrap_memfd_create(const char* name, unsigned flags) {
    return fails("memfd_create", EMFILE) ? -1 : __real_memfd_create(name, flags);
}

int __real_dup2(int from, int to);
int __wrap_dup2(int from, int to) {
    return fails("dup2", EBUSY) ? -1 : __real_dup2(from, to);
}

int __real_fchdir(int directory);
int __wrap_fchdir(int directory) {
    return fails("fchdir", EACCES) ? -1 : __real_fchdir(directory);
}

int __real_setpgid(pid_t process, pid_t group);
int __wrap_setpgid(pid_t process, pid_t group) {
    return fails("setpgid", EPERM) ? -1 : __real_setpgid(process, group);
}

pid_t __real_fork();
pid_t __wrap_fork() {
    return fails("fork", EAGAIN) ? -1 : __real_fork();
}

ssize_t __real_send(int socket, const void* from, size_t size, int flags);
ssize_t __wrap_send(int socket, const void* from, size_t size, int flags) {
    return fails("send", ENOBUFS) ? -1 : __real_send(socket, from, size, flags);
}

ssize_t __real_sendmsg(int socket, const msghdr* message, int flags);
ssize_t __wrap_sendmsg(int socket, const msghdr* message, int flags) {
    return fails("sendmsg", ENOBUFS) ? -1 : __real_sendmsg(socket, message, flags);
}

ssize_t __real_recvmsg(int socket, msghdr* message, int flags);
ssize_t __wrap_recvmsg(int socket, msghdr* message, int flags) {
    return fails("recvmsg", ENOMEM) ? -1 : __real_recvmsg(socket, message, flags);
}

ssize_t __real_pread(int file, void* to, size_t size, off_t offset);
ssize_t __wrap_pread(int file, void* to, size_t size, off_t offset) {
    return fails("pread", EIO) ? -1 : __real_pread(file, to, size, offset);
}

int __real_poll(pollfd* entries, nfds_t count, int timeout);
int __wrap_poll(pollfd* entries, nfds_t count, int timeout) {
    return fails("poll", ENOMEM) ? -1 : __real_poll(entries, count, timeout);
}

int __real_execve(const char* path, char* const* arguments, char* const* environment);
int __wrap_execve(const char* path, char* const* arguments, char* const* environment) {
    return fails("execve", ENOMEM) ? -1 : __real_execve(path, arguments, environment);
}

int __real_setpriority(__priority_which_t which, id_t who, int priority);
int __wrap_setpriority(__priority_which_t which, id_t who, int priority) {
    return fails("setpriority", EACCES) ? -1 : __real_setpriority(which, who, priority);
}

int __real_sched_setaffinity(pid_t process, size_t size, const cpu_set_t* set);
int __wrap_sched_setaffinity(pid_t process, size_t size, const cpu_set_t* set) {
    return fails("sched_setaffinity", EINVAL) ? -1 : __real_sched_setaffinity(process, size, set);
}

int __real_open(const char* path, int flags, ...);
int __wrap_open(const char* path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    const auto mode = static_cast<mode_t>(va_arg(more, int));
    va_end(more);
    return fails("open", EMFILE) ? -1 : __real_open(path, flags, mode);
}

int __real_fcntl(int descriptor, int command, ...);
int __wrap_fcntl(int descriptor, int command, ...) {
    va_list more;
    va_start(more, command);
    const long argument = va_arg(more, long);
    va_end(more);
    // Questions about a descriptor are answered always; asking whether it is open is no step of a start.
    const bool asks = command == F_GETFD || command == F_GETOWN;
    return !asks && fails("fcntl", EMFILE) ? -1 : __real_fcntl(descriptor, command, argument);
}

long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...) {
    va_list more;
    va_start(more, number);
    const long a = va_arg(more, long);
    const long b = va_arg(more, long);
    const long c = va_arg(more, long);
    const long d = va_arg(more, long);
    va_end(more);
    // pidfd_open is the one of them that makes something.
    constexpr long pidfd_open_number = 434;
    return number == pidfd_open_number && fails("pidfd_open", EMFILE) ? -1 : __real_syscall(number, a, b, c, d);
}

int __real___clone(int (*function)(void*), void* stack, int flags, void* argument, ...);
int __wrap___clone(int (*function)(void*), void* stack, int flags, void* argument, ...) {
    va_list more;
    va_start(more, argument);
    int* const pidfd = va_arg(more, int*);
    va_end(more);
    if (fails("clone", EAGAIN)) {
        return -1;
    }
    sharing_memory = (flags & CLONE_VM) != 0;
    const int child = __real___clone(function, stack, flags, argument, pidfd);
    sharing_memory = false;
    return child;
}

ssize_t __real_write(int file, const void* from, size_t size);
ssize_t __wrap_write(int file, const void* from, size_t size) {
    // Standard output and error are the test's own voice.
    return file > 2 && fails("write", ENOSPC) ? -1 : __real_write(file, from, size);
}

}  // extern "C"
