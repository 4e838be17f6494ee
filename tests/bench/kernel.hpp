#pragma once

/// \file
/// The system's own calls as peers, and what only the system can tell.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace bench::kernel {

/// The call that copies this process, and the one that starts a program. Empty where the system has none.
extern const std::string copy_call;
extern const std::string program_call;

/// Starts so many children that end at once by the named call, and then waits for each of them. The program is started
/// with end_word. Throws when one fails.
void start_and_wait(const std::string& call, const std::string& program, int children);

/// A connected pair of Unix sockets and a forked child that sends every message of one size back.
class SocketEcho {
public:
    static bool available() noexcept;

    explicit SocketEcho(std::size_t size);
    SocketEcho(const SocketEcho&) = delete;
    SocketEcho& operator=(const SocketEcho&) = delete;
    ~SocketEcho();

    /// Sends the message and receives its echo in its place.
    void round_trip(std::span<std::byte> message);

    /// A blocking read that nothing comes for, for that long; the CPU time that it took.
    double cpu_seconds_of_blocked_read(double seconds);

private:
    int socket_ = -1;
    std::int64_t child_ = 0;
};

/// The system's mutex for several processes that survives its holder.
class SharedMutex {
public:
    /// What it is; empty where the system has none.
    static const std::string name;

    SharedMutex();
    SharedMutex(const SharedMutex&) = delete;
    SharedMutex& operator=(const SharedMutex&) = delete;
    ~SharedMutex();

    void lock();
    void unlock();

    /// Seconds that so many copies of this process take to lock and unlock it so many times each; empty where processes
    /// cannot be copied.
    std::optional<double> contend(int processes, int times);

private:
    void* mutex_ = nullptr;
};

/// The system's queue of messages, and its pipe. Empty where the system has none, or not for who cannot copy a process.
extern const std::string queue_name;
extern const std::string pipe_name;

/// Seconds that a message takes through the named one, of so many that a copy of this process sends to this one. Empty
/// where there is none; throws when a message is lost or changed.
std::optional<double> seconds_of_message(const std::string& name, std::size_t size, int messages);

/// Memory in pages of the base size, all of them written to.
std::shared_ptr<void> occupy(std::uint64_t bytes);

/// CPU time of this process so far, all threads together.
double cpu_seconds();

/// Memory that can be had without swapping; what one process has for itself alone. Empty where the system does not tell.
std::optional<std::uint64_t> free_memory();
std::optional<std::uint64_t> private_memory(std::int64_t process);

/// The private memory of the program, started with wait_word: what it has before its main does anything.
std::optional<std::uint64_t> private_memory_of_empty(const std::string& program);

}  // namespace bench::kernel
