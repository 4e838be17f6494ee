#include "support/tcp.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace support {

namespace {

int checked(int result, const char* step) {
    if (result < 0) {
        throw std::system_error(errno, std::generic_category(), step);
    }
    return result;
}

int descriptor(const spork::SocketHandle& socket) {
    return static_cast<int>(socket.native());
}

}  // namespace

TcpPair tcp_pair() {
    const spork::SocketHandle listener(checked(socket(AF_INET, SOCK_STREAM, 0), "socket"));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    checked(bind(descriptor(listener), generic, size), "bind");
    checked(listen(descriptor(listener), 1), "listen");
    checked(getsockname(descriptor(listener), generic, &size), "getsockname");
    spork::SocketHandle client(checked(socket(AF_INET, SOCK_STREAM, 0), "socket"));
    checked(connect(descriptor(client), generic, size), "connect");
    return {spork::SocketHandle(checked(accept(descriptor(listener), nullptr, nullptr), "accept")), client};
}

void tcp_send(const spork::SocketHandle& socket, std::string_view text) {
    while (!text.empty()) {
        text.remove_prefix(static_cast<std::size_t>(
            checked(static_cast<int>(send(descriptor(socket), text.data(), text.size(), 0)), "send")));
    }
}

std::string tcp_receive(const spork::SocketHandle& socket) {
    std::array<char, 4096> buffer;
    const int size = checked(static_cast<int>(recv(descriptor(socket), buffer.data(), buffer.size(), 0)), "recv");
    return std::string(buffer.data(), static_cast<std::size_t>(size));
}

}  // namespace support
