#include "support/tcp.hpp"

namespace support {

std::string tcp_receive_all(const spork::SocketHandle& socket) {
    std::string all;
    for (std::string part = tcp_receive(socket); !part.empty(); part = tcp_receive(socket)) {
        all += part;
    }
    return all;
}

}  // namespace support
