#pragma once

/// \file
/// How often a stress test does what it does, and at which instants.

#include <chrono>
#include <random>

namespace stress {

/// `count` times the environment variable SPORK_STRESS (default 1); a tenth where everything is slow (sanitizers, Wine).
int scaled(int count);

/// How long a test waits for what must happen: support::limit, or as many seconds as SPORK_PATIENCE says.
std::chrono::seconds patience();

/// The source of all chance of a test program. Its seed is on standard error when a test fails; SPORK_SEED sets it.
std::mt19937& chance();

/// A time that is short more often than long, up to `longest`: starts take a few milliseconds.
std::chrono::microseconds some_time(std::chrono::microseconds longest);

/// Lets that much time pass without giving the processor away, so that the instant afterwards is really any.
void pass(std::chrono::microseconds time);

}  // namespace stress
