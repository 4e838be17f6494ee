#pragma once

/// \file
/// What children do in many tests, and the words that they exchange with their tests.

#include <spork/connection.hpp>

namespace support {

enum class Word { ready, go, done };

/// Says that it runs, then waits for ever: until it is killed, or its test has gone.
inline void hold(spork::Connection there) {
    there.send(Word::ready);
    there.poll(spork::no_limit);
}

/// Says that it runs, then waits for the word to go on.
inline void wait_for_go(spork::Connection there) {
    there.send(Word::ready);
    there.recv<Word>();
}

inline void do_nothing() {}

}  // namespace support
