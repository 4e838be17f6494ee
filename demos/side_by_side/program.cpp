#include "program.hpp"

// The interface of Boost.Process that Debian 12's 1.81 has in working order; later ones moved it.
#define BOOST_PROCESS_USE_STD_FS
#include <boost/asio.hpp>
#if __has_include(<boost/process/v1.hpp>)
#include <boost/process/v1.hpp>
namespace bp = boost::process::v1;
#else
#include <boost/process.hpp>
namespace bp = boost::process;
#endif

#include <array>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

namespace side_by_side {

using namespace Qt::StringLiterals;

namespace {

/// Collects what comes over `pipe` until its end or until the time is up. True at the end.
class Listening {
public:
    Listening(boost::asio::io_context& io, bp::async_pipe& pipe, const std::function<void(const QByteArray&)>& live)
        : io_(io), pipe_(pipe), live_(live) {}

    bool listen(std::chrono::seconds limit) {
        read_on();
        io_.run_for(limit);
        return ended_;
    }

    const QByteArray& output() const { return output_; }

private:
    void read_on() {
        pipe_.async_read_some(boost::asio::buffer(piece_), [this](boost::system::error_code error, std::size_t size) {
            if (error) {
                ended_ = true;
                return;
            }
            const QByteArray piece(piece_.data(), static_cast<qsizetype>(size));
            output_ += piece;
            if (live_) {
                live_(piece);
            }
            read_on();
        });
    }

    boost::asio::io_context& io_;
    bp::async_pipe& pipe_;
    const std::function<void(const QByteArray&)>& live_;
    std::array<char, 4096> piece_{};
    QByteArray output_;
    bool ended_ = false;
};

std::vector<std::string> to_arguments(const QStringList& words) {
    std::vector<std::string> arguments;
    for (const QString& word : words) {
        arguments.push_back(word.toStdString());
    }
    return arguments;
}

}  // namespace

Outcome run_program(const QStringList& command, const QString& start_method, std::chrono::seconds limit,
                    const std::function<void(const QByteArray&)>& live) {
    const auto begin = std::chrono::steady_clock::now();
    Outcome outcome;
    boost::asio::io_context io;
    bp::async_pipe pipe(io);
    bp::group everything;  // what the program starts too, so that nothing is left when the time is up
    bp::environment environment = boost::this_process::environment();
    environment["SPORK_START_METHOD"] = start_method.toStdString();

    std::error_code failure;
    bp::child program(bp::exe = command.first().toStdString(), bp::args = to_arguments(command.sliced(1)), environment,
                      bp::std_in<bp::null, (bp::std_out & bp::std_err)> pipe, everything, failure);
    if (failure) {
        outcome.ending = u"[cannot start %1: %2]"_s.arg(command.first(), QString::fromStdString(failure.message()));
        return outcome;
    }

    Listening listening(io, pipe, live);
    const bool in_time = listening.listen(limit);
    while (program.running(failure) && std::chrono::steady_clock::now() < begin + limit) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    if (in_time && !program.running(failure)) {
        outcome.ending = u"[exit code %1]"_s.arg(program.exit_code());
    } else {
        everything.terminate(failure);
        program.wait(failure);
        outcome.ending = u"[stopped after %1 seconds]"_s.arg(limit.count());
    }
    outcome.output = listening.output();
    outcome.time = std::chrono::steady_clock::now() - begin;
    return outcome;
}

}  // namespace side_by_side
