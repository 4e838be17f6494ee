#pragma once

/// \file
/// Signals and children of POSIX systems, for tests that are built there only.

#include <cstdint>
#include <memory>
#include <vector>

namespace support {

/// SignalStorm interrupts the thread that makes it, about once a millisecond, until it is destroyed: every system call
/// that can be broken off is.
class SignalStorm {
public:
    SignalStorm();
    ~SignalStorm();
    SignalStorm(const SignalStorm&) = delete;
    SignalStorm& operator=(const SignalStorm&) = delete;

    /// How often the handler ran.
    int count() const;

    /// Lasts until the handler has run a few times more.
    void wait_for_some() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

void send_interrupt(std::int64_t pid);
void send_kill(std::int64_t pid);
void send_continue(std::int64_t pid);

/// Has the system throw the status of ended children away.
void ignore_child_signal();

/// Takes the status of one child, whichever ends first, as a program does that thinks all children are its own.
void collect_any_child();

/// The children of this process, the runtime's own among them.
std::vector<std::int64_t> child_pids();

/// A descriptor of the same object with at least this number; the caller closes neither.
int duplicate_from(int descriptor, int least);

/// Opens descriptors until the next one would have at least this number.
void fill_descriptors(int least);

}  // namespace support
