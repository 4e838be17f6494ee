#include "kernel.hpp"

#include "job.hpp"

#include <poll.h>
#include <pthread.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <system_error>
#include <vector>

extern char** environ;

namespace bench::kernel {

namespace {

void check(bool worked, const char* call) {
    if (!worked) {
        throw std::system_error(errno, std::generic_category(), call);
    }
}

pid_t start(const std::string& call, const std::string& program) {
    pid_t child = -1;
    if (call == copy_call) {
        child = ::fork();
        if (child == 0) {
            ::_exit(0);
        }
        check(child > 0, "fork");
        return child;
    }
    std::string word(end_word);
    char* arguments[] = {const_cast<char*>(program.c_str()), word.data(), nullptr};
    errno = ::posix_spawn(&child, program.c_str(), nullptr, nullptr, arguments, environ);
    check(errno == 0, "posix_spawn");
    return child;
}

void collect(pid_t child) {
    int status = -1;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (status != 0) {
        throw std::runtime_error("a child of the kernel's own calls failed");
    }
}

/// False at the end of the stream.
bool transfer_all(ssize_t (*call)(int, void*, std::size_t), int socket, std::span<std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t size = call(socket, bytes.data(), bytes.size());
        if (size == 0) {
            return false;
        }
        check(size > 0 || errno == EINTR, "read or write of a socket");
        bytes = bytes.subspan(size > 0 ? static_cast<std::size_t>(size) : 0);
    }
    return true;
}

bool read_all(int socket, std::span<std::byte> bytes) {
    return transfer_all(::read, socket, bytes);
}

void write_all(int socket, std::span<std::byte> bytes) {
    transfer_all([](int to, void* from, std::size_t size) { return ::write(to, from, size); }, socket, bytes);
}

[[noreturn]] void echo(int socket, std::size_t size) noexcept {
    try {
        std::vector<std::byte> message(size);
        while (read_all(socket, message)) {
            write_all(socket, message);
        }
        ::_exit(0);
    } catch (const std::exception&) {
        ::_exit(1);
    }
}

}  // namespace

const std::string copy_call = "fork+wait";
const std::string program_call = "posix_spawn of the same program";

void start_and_wait(const std::string& call, const std::string& program, int children) {
    std::vector<pid_t> started;
    for (int i = 0; i < children; ++i) {
        started.push_back(start(call, program));
    }
    for (pid_t child : started) {
        collect(child);
    }
}

bool SocketEcho::available() noexcept {
    return true;
}

SocketEcho::SocketEcho(std::size_t size) {
    int ends[2];
    check(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0, "socketpair");
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(ends[0]);
        echo(ends[1], size);
    }
    check(child > 0, "fork");
    ::close(ends[1]);
    socket_ = ends[0];
    child_ = child;
}

SocketEcho::~SocketEcho() {
    ::close(socket_);
    ::waitpid(static_cast<pid_t>(child_), nullptr, 0);
}

void SocketEcho::round_trip(std::span<std::byte> message) {
    write_all(socket_, message);
    if (!read_all(socket_, message)) {
        throw std::runtime_error("the echoing child of the socket pair ended");
    }
}

double SocketEcho::cpu_seconds_of_blocked_read(double seconds) {
    const double before = cpu_seconds();
    pollfd entry{socket_, POLLIN, 0};
    ::poll(&entry, 1, static_cast<int>(seconds * 1000));
    return cpu_seconds() - before;
}

#ifdef __linux__
const std::string SharedMutex::name = "robust pthread mutex";
#else
const std::string SharedMutex::name;
#endif

SharedMutex::SharedMutex() {
    void* const memory =
        ::mmap(nullptr, sizeof(pthread_mutex_t), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    check(memory != MAP_FAILED, "mmap");
    mutex_ = memory;
    pthread_mutexattr_t attributes;
    ::pthread_mutexattr_init(&attributes);
    ::pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
#ifdef __linux__
    ::pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
#endif
    errno = ::pthread_mutex_init(static_cast<pthread_mutex_t*>(mutex_), &attributes);
    check(errno == 0, "pthread_mutex_init");
    ::pthread_mutexattr_destroy(&attributes);
}

SharedMutex::~SharedMutex() {
    ::munmap(mutex_, sizeof(pthread_mutex_t));
}

void SharedMutex::lock() {
    ::pthread_mutex_lock(static_cast<pthread_mutex_t*>(mutex_));
}

void SharedMutex::unlock() {
    ::pthread_mutex_unlock(static_cast<pthread_mutex_t*>(mutex_));
}

std::optional<double> SharedMutex::contend(int processes, int times) {
    std::vector<pid_t> children;
    lock();  // the gate
    for (int i = 0; i < processes; ++i) {
        const pid_t child = ::fork();
        check(child >= 0, "fork");
        if (child == 0) {
            for (int j = 0; j < times; ++j) {
                lock();
                unlock();
            }
            ::_exit(0);
        }
        children.push_back(child);
    }
    const auto begin = std::chrono::steady_clock::now();
    unlock();
    for (const pid_t child : children) {
        collect(child);
    }
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

std::shared_ptr<void> occupy(std::uint64_t bytes) {
    if (bytes == 0) {
        return nullptr;
    }
    const std::size_t size = bytes;
    void* const memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    check(memory != MAP_FAILED, "mmap");
#ifdef MADV_NOHUGEPAGE
    ::madvise(memory, size, MADV_NOHUGEPAGE);
#endif
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    for (std::size_t at = 0; at < size; at += page) {
        static_cast<volatile char*>(memory)[at] = 1;
    }
    return {memory, [size](void* from) { ::munmap(from, size); }};
}

double cpu_seconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace bench::kernel
