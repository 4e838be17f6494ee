#pragma once

/// \file
/// The exceptions of spork. A message says what was tried, on what, and what to do.

#include <spork/export.hpp>

#include <cstddef>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace spork {

/// Base of everything that spork throws, except failures of the operating system on open objects, which are
/// std::system_error. Python: multiprocessing.ProcessError.
class SPORK_API Error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// A call in the wrong order or with an impossible argument: a process started twice, joined by a stranger, a read-only
/// connection written to. Python raises AssertionError or ValueError.
class SPORK_API UsageError : public Error {
public:
    using Error::Error;
};

/// A process was to be started before spork::init ran. Python: the RuntimeError of the bootstrapping phase.
class SPORK_API BootstrapError : public Error {
public:
    using Error::Error;
};

/// This system lacks the start method that was asked for.
class SPORK_API StartMethodUnavailable : public Error {
public:
    using Error::Error;
};

/// The operating system refused to start a child; code() is its own reason.
class SPORK_API StartError : public Error {
public:
    StartError(const std::string& what, std::error_code code) : Error(what + ": " + code.message()), code_(code) {}
    const std::error_code& code() const noexcept { return code_; }

private:
    std::error_code code_;
};

/// A value could not be encoded, or bytes are not the value that was asked for.
class SPORK_API TransferError : public Error {
public:
    using Error::Error;
};

/// A time limit passed. Python: multiprocessing.TimeoutError.
class SPORK_API TimeoutError : public Error {
public:
    using Error::Error;
};

/// A stop was requested through the stop token of a blocking call.
class SPORK_API CancelledError : public Error {
public:
    using Error::Error;
};

/// The other end is gone everywhere and nothing is left to read. Python: EOFError.
class SPORK_API EofError : public Error {
public:
    using Error::Error;
};

/// A message did not fit into the caller's buffer; it was taken, and message() is all of it.
class SPORK_API BufferTooShort : public Error {
public:
    BufferTooShort(const std::string& what, std::vector<std::byte> message)
        : Error(what), message_(std::move(message)) {}
    const std::vector<std::byte>& message() const noexcept { return message_; }

private:
    std::vector<std::byte> message_;
};

/// The two ends of a connection do not share a key, or one of them did not prove that it has it.
class SPORK_API AuthenticationError : public Error {
public:
    using Error::Error;
};

/// Nothing is in a queue, or nothing came within the time limit. Python: queue.Empty.
class SPORK_API Empty : public Error {
public:
    using Error::Error;
};

/// Nothing is in a queue, and no process is left that could put anything into it.
class SPORK_API QueueEnded : public Empty {
public:
    using Empty::Empty;
};

/// A bounded queue has no room, or got none within the time limit. Python: queue.Full.
class SPORK_API Full : public Error {
public:
    using Error::Error;
};

/// A barrier was aborted or reset while somebody waited at it, somebody's time limit passed, or a party died.
class SPORK_API BrokenBarrierError : public Error {
public:
    using Error::Error;
};

/// The process that ran a task ended before the task did.
class SPORK_API WorkerDied : public Error {
public:
    WorkerDied(const std::string& what, int exitcode) : Error(what), exitcode_(exitcode) {}

    /// As Process::exitcode tells it: -9 after a kill, -11 after an access violation.
    int exitcode() const noexcept { return exitcode_; }

private:
    int exitcode_;
};

/// An exception of another process whose type this one cannot throw.
class SPORK_API RemoteError : public Error {
public:
    RemoteError(std::string type, const std::string& message, std::string stack)
        : Error(type + ": " + message), type_(std::move(type)), stack_(std::move(stack)) {}

    /// The exception's type there, as source code writes it.
    const std::string& type() const noexcept { return type_; }

    /// Where it was thrown, a frame a line; empty when that is not known.
    const std::string& stack() const noexcept { return stack_; }

private:
    std::string type_;
    std::string stack_;
};

}  // namespace spork
