/// \file
/// A pipe, and a message queue where the system has one, from a forked child to this process.

#include "kernel.hpp"
#include "measure.hpp"
#include "stamp.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <stdexcept>
#include <system_error>
#include <vector>

#ifdef __linux__
#include <fcntl.h>
#include <mqueue.h>
#endif

namespace bench::kernel {

namespace {

void check(bool worked, const char* call) {
    if (!worked) {
        throw std::system_error(errno, std::generic_category(), call);
    }
}

class Stream {
public:
    Stream() = default;
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    virtual ~Stream() = default;
    virtual void send(std::span<const std::byte> message) = 0;
    virtual void receive(std::span<std::byte> message) = 0;
};

class PipeStream final : public Stream {
public:
    PipeStream() { check(::pipe(ends_) == 0, "pipe"); }
    ~PipeStream() override {
        ::close(ends_[0]);
        ::close(ends_[1]);
    }
    void send(std::span<const std::byte> message) override {
        while (!message.empty()) {
            const ssize_t size = ::write(ends_[1], message.data(), message.size());
            check(size > 0, "write");
            message = message.subspan(static_cast<std::size_t>(size));
        }
    }
    void receive(std::span<std::byte> message) override {
        while (!message.empty()) {
            const ssize_t size = ::read(ends_[0], message.data(), message.size());
            check(size > 0, "read");
            message = message.subspan(static_cast<std::size_t>(size));
        }
    }

private:
    int ends_[2];
};

#ifdef __linux__
class QueueStream final : public Stream {
public:
    explicit QueueStream(std::size_t size) {
        const std::string name = "/spork-bench-" + std::to_string(::getpid());
        for (const long room : {1024L, 10L}) {  // what root may have, and what everybody may
            mq_attr attributes{};
            attributes.mq_maxmsg = room;
            attributes.mq_msgsize = static_cast<long>(size);
            queue_ = ::mq_open(name.c_str(), O_RDWR | O_CREAT | O_EXCL, 0600, &attributes);
            if (queue_ >= 0) {
                break;
            }
        }
        check(queue_ >= 0, "mq_open");
        ::mq_unlink(name.c_str());
    }
    ~QueueStream() override { ::mq_close(queue_); }
    void send(std::span<const std::byte> message) override {
        check(::mq_send(queue_, reinterpret_cast<const char*>(message.data()), message.size(), 0) == 0, "mq_send");
    }
    void receive(std::span<std::byte> message) override {
        const ssize_t size = ::mq_receive(queue_, reinterpret_cast<char*>(message.data()), message.size(), nullptr);
        check(size == static_cast<ssize_t>(message.size()), "mq_receive");
    }

private:
    mqd_t queue_ = -1;
};
#endif

std::unique_ptr<Stream> open_stream(const std::string& name, [[maybe_unused]] std::size_t size) {
#ifdef __linux__
    if (name == queue_name) {
        return std::make_unique<QueueStream>(size);
    }
#endif
    return name == pipe_name ? std::make_unique<PipeStream>() : nullptr;
}

[[noreturn]] void send_all(Stream& stream, std::size_t size, int messages) noexcept {
    try {
        std::vector<std::byte> message(size);
        for (int i = 0; i < messages; ++i) {
            Stamp(0, i).write(message);
            stream.send(message);
        }
        ::_exit(0);
    } catch (const std::exception&) {
        ::_exit(1);
    }
}

void receive_and_check(Stream& stream, std::span<std::byte> message, int number) {
    stream.receive(message);
    if (Stamp::read(message).number() != number) {
        throw std::runtime_error("a stream of the kernel's lost a message");
    }
}

}  // namespace

#ifdef __linux__
const std::string queue_name = "POSIX message queue";
#else
const std::string queue_name;
#endif
const std::string pipe_name = "pipe";

std::optional<double> seconds_of_message(const std::string& name, std::size_t size, int messages) {
    const std::unique_ptr<Stream> stream = open_stream(name, size);
    if (!stream) {
        return std::nullopt;
    }
    const pid_t child = ::fork();
    check(child >= 0, "fork");
    if (child == 0) {
        send_all(*stream, size, messages + 1);
    }
    std::vector<std::byte> message(size);
    receive_and_check(*stream, message, 0);  // the child is at work
    const double all = seconds([&] {
        for (int i = 1; i <= messages; ++i) {
            receive_and_check(*stream, message, i);
        }
    });
    int status = -1;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (status != 0) {
        throw std::runtime_error("the sending child of a stream of the kernel's failed");
    }
    return all / messages;
}

}  // namespace bench::kernel
