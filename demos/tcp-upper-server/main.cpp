// A TCP server with one process per client. The server accepts, passes the socket to a new process as an argument and
// closes its own copy; the process answers each message in upper case and ends when its client hangs up. Three
// clients, processes as well, talk at the same time and skip blank input.
//
// E14 and E15, D11. In Python the socket is bound outside the main guard: under spawn each child binds it again,
// which fails on POSIX and succeeds by accident on Windows. And the parent there never closes its copies.

#define BOOST_ASIO_DISABLE_IOCP  // Windows: a socket that belongs to a completion port cannot move to another process

#include <spork/spork.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <QByteArray>

#include <array>
#include <string>
#include <vector>

namespace asio = boost::asio;
using asio::ip::tcp;

/// The server's child: one client.
void serve(spork::SocketHandle handle) {
    asio::io_context io;
    tcp::socket client(io, tcp::v4(), handle.release());
    std::array<char, 1024> buffer;
    boost::system::error_code end;
    while (const std::size_t size = client.read_some(asio::buffer(buffer), end)) {
        asio::write(client, asio::buffer(QByteArray(buffer.data(), static_cast<int>(size)).toUpper().toStdString()));
    }
}

void talk(const std::string& name, unsigned short port, const std::vector<std::string>& input) {
    asio::io_context io;
    tcp::socket server(io);
    server.connect({asio::ip::address_v4::loopback(), port});
    for (const std::string& message : input) {
        if (message.empty()) {
            continue;
        }
        asio::write(server, asio::buffer(message));
        std::string answer(message.size(), '\0');
        asio::read(server, asio::buffer(answer));
        spork::print(name + ": " + message + " -> " + answer);
    }
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    asio::io_context io;
    tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
    const unsigned short port = acceptor.local_endpoint().port();

    std::vector<spork::Process> clients;
    for (const char* name : {"anna", "bert", "carl"}) {
        clients.emplace_back(talk, name, port,
                             std::vector<std::string>{"hello", "", "i am " + std::string(name), "bye"});
        clients.back().start();
    }
    std::vector<spork::Process> servers;
    for (std::size_t accepted = 0; accepted < clients.size(); ++accepted) {
        spork::SocketHandle handle(acceptor.accept().release());
        servers.emplace_back(serve, handle).start();
        handle.close();
    }
    for (spork::Process& server : servers) {
        server.join();
        spork::print("main: a client is gone, its process ended with " + std::to_string(server.exitcode().value()));
    }
}
