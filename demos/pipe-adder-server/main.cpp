// Request and answer over one pipe: the child adds what it is sent, of any type that travels, here a struct with a
// vector in it, and ends when the parent closes its end.
//
// E28. The same in Python.

#include <spork/spork.hpp>

#include <numeric>
#include <string>
#include <vector>

struct Request {
    std::string what;
    std::vector<int> numbers;
};

void serve(spork::Connection client) {
    try {
        while (true) {
            const auto request = client.recv<Request>();
            const int sum = std::accumulate(request.numbers.begin(), request.numbers.end(), 0);
            client.send(request.what + ": " + std::to_string(sum));
        }
    } catch (const spork::EofError&) {
        spork::print("server done");
    }
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    auto [server_line, client_line] = spork::Pipe();
    spork::Process server(serve, client_line);
    server.start();
    client_line.close();

    server_line.send(Request{.what = "10 + 20", .numbers = {10, 20}});
    spork::print(server_line.recv<std::string>());
    server_line.send(Request{.what = "1 + 2 + 3", .numbers = {1, 2, 3}});
    spork::print(server_line.recv<std::string>());
    server_line.close();

    server.join();
    spork::print("main: the server ended with " + std::to_string(server.exitcode().value()));
}
