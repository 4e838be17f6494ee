#include "support/tcp.hpp"

#include <winsock2.h>
#include <ws2tcpip.h>

#include <array>
#include <system_error>

namespace support {

namespace {

int checked(int result, const char* step) {
    if (result == SOCKET_ERROR) {
        throw std::system_error(WSAGetLastError(), std::system_category(), step);
    }
    return result;
}

SOCKET checked_socket(SOCKET result, const char* step) {
    if (result == INVALID_SOCKET) {
        throw std::system_error(WSAGetLastError(), std::system_category(), step);
    }
    return result;
}

SOCKET new_socket() {
    static const int started = [] {
        WSADATA data;
        return WSAStartup(MAKEWORD(2, 2), &data);
    }();
    static_cast<void>(started);
    return checked_socket(WSASocketW(AF_INET, SOCK_STREAM, 0, nullptr, 0, WSA_FLAG_OVERLAPPED), "WSASocket");
}

SOCKET number(const spork::SocketHandle& socket) {
    return static_cast<SOCKET>(socket.native());
}

}  // namespace

TcpPair tcp_pair() {
    const spork::SocketHandle listener(new_socket());
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    checked(bind(number(listener), generic, size), "bind");
    checked(listen(number(listener), 1), "listen");
    checked(getsockname(number(listener), generic, &size), "getsockname");
    spork::SocketHandle client(new_socket());
    checked(connect(number(client), generic, size), "connect");
    return {spork::SocketHandle(checked_socket(accept(number(listener), nullptr, nullptr), "accept")), client};
}

void tcp_send(const spork::SocketHandle& socket, std::string_view text) {
    while (!text.empty()) {
        text.remove_prefix(static_cast<std::size_t>(
            checked(send(number(socket), text.data(), static_cast<int>(text.size()), 0), "send")));
    }
}

std::string tcp_receive(const spork::SocketHandle& socket) {
    std::array<char, 4096> buffer;
    const int size = checked(recv(number(socket), buffer.data(), static_cast<int>(buffer.size()), 0), "recv");
    return std::string(buffer.data(), static_cast<std::size_t>(size));
}

}  // namespace support
