// A crawler. The workers of a pool fetch six pages; main's callback takes each page as soon as it is there and reads its
// title. Callbacks run in main's process, in a thread of the pool's, one after the other; what they return is dropped.
// The pages come from a server of the demo's own, a daemon that ends with main.
//
// E39. The same in Python. That "a separate process runs the callback", as the tutorial says, is wrong there as well.

#include <spork/spork.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include <QString>
#include <QThread>

#include <atomic>
#include <string>
#include <vector>

namespace asio = boost::asio;
using asio::ip::tcp;

/// A server for pages that are not much more than a title, one client after the other.
void serve(spork::Connection main_program) {
    asio::io_context io;
    tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
    main_program.send(acceptor.local_endpoint().port());
    for (;;) {
        tcp::socket client = acceptor.accept();
        std::string request;
        asio::read_until(client, asio::dynamic_buffer(request), "\r\n\r\n");
        const std::string path = request.substr(4, request.find(' ', 4) - 4);
        asio::write(client, asio::buffer("HTTP/1.0 200 OK\r\n\r\n<html><title>All about " + path.substr(1) +
                                         "</title></html>"));
    }
}

struct Page {
    std::string path;
    std::string text;
    spork::process_id fetched_by = 0;
};

Page fetch(unsigned short port, const std::string& path) {
    spork::print(path + " is being fetched");
    asio::io_context io;
    tcp::socket server(io);
    server.connect({asio::ip::address_v4::loopback(), port});
    asio::write(server, asio::buffer("GET " + path + " HTTP/1.0\r\n\r\n"));
    std::string answer;
    boost::system::error_code end;
    asio::read(server, asio::dynamic_buffer(answer), end);
    return {path, answer.substr(answer.find("\r\n\r\n") + 4), *spork::current_process().pid()};
}

std::string yes_or_no(bool yes) {
    return yes ? "yes" : "no";
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    auto [here, there] = spork::Pipe(false);
    spork::Process server({.daemon = true}, serve, there);
    server.start();
    const auto port = here.recv<unsigned short>();

    const spork::process_id main_process = *spork::current_process().pid();
    const Qt::HANDLE main_thread = QThread::currentThreadId();
    bool by_workers = true;
    bool in_main_process = true;
    bool in_main_thread = false;
    bool one_at_a_time = true;
    std::atomic<int> running = 0;
    const auto parse = [&](const Page& page) {
        one_at_a_time = ++running == 1 && one_at_a_time;
        by_workers = by_workers && page.fetched_by != main_process;
        in_main_process = in_main_process && *spork::current_process().pid() == main_process;
        in_main_thread = in_main_thread || QThread::currentThreadId() == main_thread;
        QThread::msleep(20);
        const QString title = QString::fromStdString(page.text).section("<title>", 1).section("</title>", 0, 0);
        spork::print(page.path + " has the title " + title.toStdString());
        --running;
        return title.size();
    };

    spork::Pool pool({.processes = 4});
    std::vector<spork::AsyncResult<Page>> results;
    for (const char* path : {"/apples", "/bees", "/clouds", "/dunes", "/elms", "/ferns"}) {
        results.push_back(pool.apply_async({.callback = parse}, fetch, port, path));
    }
    pool.close();
    pool.join();
    spork::print("all pages are there and parsed, in the order of the calls:");
    for (const auto& result : results) {
        spork::print("    " + result.get().path);
    }
    spork::print("fetched by workers: " + yes_or_no(by_workers));
    spork::print("parsed in main's process: " + yes_or_no(in_main_process) +
                 ", in its main thread: " + yes_or_no(in_main_thread) + ", one at a time: " + yes_or_no(one_at_a_time));
}
