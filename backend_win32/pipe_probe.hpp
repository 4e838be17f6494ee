#pragma once

/// \file
/// Finding out whether a channel has something to receive, without taking it.
///
/// A read of no bytes ends when there is a message (which stays) or when the channel has ended. A waiting read is the
/// only thing on a pipe that Windows can wait for. On a pipe in message mode it ends with ERROR_MORE_DATA.

#include "overlapped.hpp"
#include "windows_api.hpp"

namespace spork::platform::win32 {

/// Starts the probe.
void start_probe(Operation& probe, HANDLE pipe) noexcept;

/// What a probe that has ended says: no code for a message, std::errc::connection_reset for the end of the channel.
std::error_code probe_result(const Completion& completion) noexcept;

/// The bytes of the message that would be received next; 0 when there is none.
std::error_code next_message_size(HANDLE pipe, std::size_t& size) noexcept;

/// Whether nobody holds the other end. Works on an end that can only send, too.
bool peer_is_gone(HANDLE pipe) noexcept;

/// Whether `pipe` is the end that was opened by the pipe's name.
bool is_client_end(HANDLE pipe) noexcept;

}  // namespace spork::platform::win32
