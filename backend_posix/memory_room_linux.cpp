/// \file
/// Room for named memory: /dev/shm is a file system of limited size, and a page that finds no room there when it is
/// touched ends the process that touches it.

#include "error.hpp"
#include "named_memory.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/statvfs.h>

#include <algorithm>

namespace spork::platform {

namespace {

/// A signal breaks the allocation off and undoes it, and a program that has many would never get to its end. A large
/// piece takes some ten milliseconds.
constexpr std::size_t piece = std::size_t{64} << 20;

class SignalsLater {
public:
    SignalsLater() noexcept {
        sigset_t all;
        ::sigfillset(&all);
        ::pthread_sigmask(SIG_BLOCK, &all, &previous_);
    }
    SignalsLater(const SignalsLater&) = delete;
    SignalsLater& operator=(const SignalsLater&) = delete;
    ~SignalsLater() { ::pthread_sigmask(SIG_SETMASK, &previous_, nullptr); }

private:
    sigset_t previous_;
};

}  // namespace

std::error_code allocate_memory(int memory, std::size_t size) noexcept {
    struct statvfs room {};
    if (::fstatvfs(memory, &room) == 0 && size / room.f_frsize > room.f_bavail) {
        return std::make_error_code(std::errc::no_space_on_device);  // before everything is taken that there is
    }
    for (std::size_t done = 0; done < size;) {
        const SignalsLater quiet;
        const std::size_t part = std::min(piece, size - done);
        if (const int number = ::posix_fallocate(memory, static_cast<off_t>(done), static_cast<off_t>(part))) {
            return error_of(number);
        }
        done += part;
    }
    return {};
}

}  // namespace spork::platform
