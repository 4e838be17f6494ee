// A talk with a log: the process that serves a client logs each message before it answers, so the log and the
// client's lines alternate. It also shows that a child has no keyboard: its standard input is at its end from the
// beginning, and waiting for input there never blocks.
//
// E105 and E106, D11. In Python input() in a child raises EOFError for the same reason.

#define BOOST_ASIO_DISABLE_IOCP  // Windows: a socket that belongs to a completion port cannot move to another process

#include <spork/spork.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <iostream>
#include <string>

namespace asio = boost::asio;
using asio::ip::tcp;

/// The server's child: one client.
void serve(spork::SocketHandle handle) {
    asio::io_context io;
    tcp::socket client(io, tcp::v4(), handle.release());
    std::array<char, 1024> buffer;
    boost::system::error_code end;
    while (const std::size_t size = client.read_some(asio::buffer(buffer), end)) {
        const std::string message(buffer.data(), size);
        spork::print("server: received " + message);
        asio::write(client, asio::buffer("echo of " + message));
    }
    spork::print("server: the client is gone");
}

void talk(unsigned short port) {
    std::string input;
    spork::print(std::string("client: input from the keyboard: ") + (std::getline(std::cin, input) ? input : "none"));

    asio::io_context io;
    tcp::socket server(io);
    server.connect({asio::ip::address_v4::loopback(), port});
    for (const std::string message : {"good morning", "good night"}) {
        asio::write(server, asio::buffer(message));
        std::string answer("echo of " + message);
        asio::read(server, asio::buffer(answer));
        spork::print("client: received " + answer);
    }
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    asio::io_context io;
    tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});

    spork::Process client(talk, acceptor.local_endpoint().port());
    client.start();
    spork::SocketHandle handle(acceptor.accept().release());
    spork::Process server(serve, handle);
    server.start();
    handle.close();

    client.join();
    server.join();
    spork::print("main: client " + std::to_string(client.exitcode().value()) + ", server " +
                 std::to_string(server.exitcode().value()));
}
