#pragma once

/// \file
/// What a test must leave as it found it.

#include <cstddef>
#include <set>
#include <string>

namespace support {

/// LeakGuard notes this process's descriptors or handles and the named shared memory when it is made; leaks() says what
/// has come since, which children live on and which were not reaped.
/// Cannot tell: a descriptor that was closed while another one was leaked.
class LeakGuard {
public:
    LeakGuard();

    /// Empty when everything is as it was. Waits for a short time until it is: what another process or a thread of the
    /// runtime releases, it releases a little later.
    std::string leaks() const;

private:
    std::string leaks_now() const;

    std::size_t handles_;
    std::set<std::string> segments_;
};

}  // namespace support
