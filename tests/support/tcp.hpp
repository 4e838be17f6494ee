#pragma once

/// \file
/// TCP on the loopback interface, for tests that pass sockets on.

#include <spork/native_handle.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace support {

struct TcpPair {
    spork::SocketHandle first;
    spork::SocketHandle second;
};

/// Two sockets that are connected with each other.
TcpPair tcp_pair();

/// Sends everything.
void tcp_send(const spork::SocketHandle& socket, std::string_view text);

/// What is there, at least one byte; empty at the end.
std::string tcp_receive(const spork::SocketHandle& socket);

/// Everything up to the end.
std::string tcp_receive_all(const spork::SocketHandle& socket);

}  // namespace support
