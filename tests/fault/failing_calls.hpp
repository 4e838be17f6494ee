#pragma once

/// \file
/// System calls that fail when a test wants them to. The linker leads every call of the library here (--wrap).

#include <string>

namespace fault {

/// FailingCalls lets the n-th system call from now on fail, of those that this thread makes (and a vfork child, which
/// shares its memory), with an error that the call can really have. The destructor ends that.
class FailingCalls {
public:
    /// Each call has an error of its own. Calls are counted from 1.
    explicit FailingCalls(int number);

    /// Only calls in this list, "sendmsg recvmsg", are counted, and the one fails with `error`.
    FailingCalls(int number, int error, const char* only);
    ~FailingCalls();
    FailingCalls(const FailingCalls&) = delete;
    FailingCalls& operator=(const FailingCalls&) = delete;

    /// The name of the call that failed; empty when there were fewer calls.
    static std::string failed();

    /// The error that it got.
    static int error();
};

}  // namespace fault
