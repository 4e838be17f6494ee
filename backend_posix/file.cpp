#include "platform/file.hpp"

#include "descriptor.hpp"
#include "error.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>

namespace spork::platform {

namespace {

Result<Handle> open_path(const char* path, int flags) noexcept {
    int file;
    do {
        file = ::open(path, flags | O_CLOEXEC, 0666);
    } while (file < 0 && errno == EINTR);
    if (file < 0) {
        return last_error();
    }
    return above_standard_streams(Handle(file));
}

/// Keeps SIGPIPE from this thread, and swallows the one that a write raised, without touching the program's handler.
class PipeSignalBlock {
public:
    PipeSignalBlock() noexcept {
        sigemptyset(&pipe_);
        sigaddset(&pipe_, SIGPIPE);
        sigset_t pending;
        ::sigpending(&pending);
        was_pending_ = sigismember(&pending, SIGPIPE) == 1;
        ::pthread_sigmask(SIG_BLOCK, &pipe_, &previous_);
    }
    ~PipeSignalBlock() {
        sigset_t pending;
        ::sigpending(&pending);
        if (!was_pending_ && sigismember(&pending, SIGPIPE) == 1) {
            int number;
            ::sigwait(&pipe_, &number);
        }
        ::pthread_sigmask(SIG_SETMASK, &previous_, nullptr);
    }
    PipeSignalBlock(const PipeSignalBlock&) = delete;
    PipeSignalBlock& operator=(const PipeSignalBlock&) = delete;

private:
    sigset_t pipe_;
    sigset_t previous_;
    bool was_pending_ = false;
};

}  // namespace

Result<Handle> open_file(const std::filesystem::path& path, FileMode mode) noexcept {
    switch (mode) {
        case FileMode::read:
            return open_path(path.c_str(), O_RDONLY);
        case FileMode::truncate:
            return open_path(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC);
        case FileMode::append:
            return open_path(path.c_str(), O_WRONLY | O_CREAT | O_APPEND);
    }
    return error_of(EINVAL);
}

Result<Handle> open_null() noexcept {
    return open_path("/dev/null", O_RDWR);
}

Result<BytePipe> make_byte_pipe() noexcept {
    int ends[2];
    if (::pipe(ends) < 0) {
        return last_error();
    }
    auto reader = above_standard_streams(Handle(ends[0]));
    auto writer = above_standard_streams(Handle(ends[1]));
    if (!reader || !writer) {
        return reader ? writer.error() : reader.error();
    }
    for (const Handle* end : {&*reader, &*writer}) {
        if (const auto error = close_on_exec(descriptor(*end))) {
            return error;
        }
    }
    return BytePipe{std::move(*reader), std::move(*writer)};
}

Result<std::size_t> read_some(RawHandle file, std::span<std::byte> out) noexcept {
    ssize_t size;
    do {
        size = ::read(static_cast<int>(file), out.data(), out.size());
    } while (size < 0 && errno == EINTR);
    if (size < 0) {
        return last_error();
    }
    return static_cast<std::size_t>(size);
}

std::error_code write_all(RawHandle file, std::span<const std::byte> data) noexcept {
    const PipeSignalBlock block;
    for (std::size_t done = 0; done < data.size();) {
        const ssize_t size = ::write(static_cast<int>(file), data.data() + done, data.size() - done);
        if (size < 0 && errno != EINTR) {
            return last_error();
        }
        done += size > 0 ? static_cast<std::size_t>(size) : 0;
    }
    return {};
}

}  // namespace spork::platform
