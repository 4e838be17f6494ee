#pragma once

/// \file
/// What tests ask the system for and no library offers. Each function is defined once for each system.

#include <spork/native_handle.hpp>

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>

namespace support {

/// Descriptors or handles that this process has open, without the pooled ones.
std::size_t open_handles();

/// Handles of the kinds of which the runtime keeps used ones for later: there may be more of them after a test than before,
/// but never more than were in use at once. Systems whose runtime keeps none say 0.
std::size_t pooled_handles();

/// What all of them are, as far as the system tells.
std::string describe_handles();

/// Shared memory that has a name, of this process and of others, as far as the system lists it.
std::set<std::string> named_segments();

/// 1 when a child of this process has ended and nobody has asked for its status, else 0.
std::size_t unreaped_children();

/// Whether a process with this number exists and has not ended.
bool process_exists(std::int64_t pid);

/// The system's number of the calling thread.
std::uint64_t native_thread_id();

/// How little of the processors this process gets, as a nice value: 0 is normal, more is less.
int niceness();

/// Whether processes that append to one file at the same time never write over each other. Wine, unlike Windows, looks
/// where the end of the file is and writes there in two steps; there processes have to take turns.
bool appends_in_one_step();

/// Whether a handle inside a message waits for its receiver in the table of the sender's parent: there it stays when the
/// sender or the receiver is killed in between.
bool handles_wait_in_the_parent();

/// Whether the number stands for an open socket of this process.
bool is_open_socket(spork::native_handle_type socket);

/// Closes the C library's descriptor or handle of a standard stream behind its back: 0, 1 or 2.
void close_standard_handle(int number);

/// Ends this process in a way that no handler of the program sees; it did not end by itself.
[[noreturn]] void kill_this_process();

}  // namespace support
