/// \file
/// These peers are run on POSIX systems only; what Windows costs is seen there from spork's own figures.

#include "foreign.hpp"

namespace bench {

Samples cpython(const std::string&, const std::string&, int) {
    return {};
}

Samples qt(const std::string&, const std::string&, int) {
    return {};
}

}  // namespace bench
