#pragma once

/// \file
/// Peers in programs of their own, which measure themselves and print the seconds of each repetition: CPython's
/// multiprocessing, and Qt.

#include "measure.hpp"

namespace bench {

/// `way` is how the work is done, and `times` how often: see peers_cpython.py and peers_qt.cpp. Empty when this machine
/// lacks the peer; throws when it went wrong.
Samples cpython(const std::string& job, const std::string& way, int times);
Samples qt(const std::string& job, const std::string& way, int times);

}  // namespace bench
