// PAINS row 14: Ctrl-C in a terminal.

#include "survivors.hpp"

#include "support/program.hpp"
#include "support/test_case.hpp"

#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <string>

using namespace std::chrono_literals;
using spork::StartMethod;

namespace {

using Clock = std::chrono::steady_clock;

/// What the program writes up to the end of `wanted`, or all of it up to its end.
std::string read_until(int terminal, const std::string& wanted) {
    std::string all;
    std::array<char, 256> buffer;
    while (wanted.empty() || all.find(wanted) == std::string::npos) {
        const ssize_t size = read(terminal, buffer.data(), buffer.size());
        if (size <= 0) {
            break;  // EIO: nobody has the terminal open any more
        }
        all.append(buffer.data(), static_cast<std::size_t>(size));
    }
    return all;
}

class TestTerminal : public support::MethodTest {
    Q_OBJECT

private slots:
    void controlCEndsProgramAndChildrenWithoutNoise() {
        QFETCH_GLOBAL(StartMethod, method);
        const stress::Survivors survivors;
        const std::string program = support::program("stress_program");
        const std::string name(to_string(method));
        int terminal = -1;
        const pid_t pid = forkpty(&terminal, nullptr, nullptr, nullptr);
        if (pid == 0) {
            setenv("SPORK_START_METHOD", name.c_str(), 1);
            execl(program.c_str(), program.c_str(), "hold_with_children", nullptr);
            _exit(127);
        }
        const std::string before = read_until(terminal, "ready\r\n");
        const auto begin = Clock::now();
        const bool typed = write(terminal, "\x03", 1) == 1;
        const std::string after = read_until(terminal, "");
        int status = 0;
        waitpid(pid, &status, 0);
        const auto time = Clock::now() - begin;
        close(terminal);
        QCOMPARE(before, std::string("ready\r\n"));
        QVERIFY(typed);
        QCOMPARE(after, std::string("^C"));  // the terminal's own echo
        QVERIFY(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
        QVERIFY(time < 1s);
        const std::string left = survivors.wait_until_gone(5s);
        QVERIFY2(left.empty(), left.c_str());
    }
};

const support::TestClass<TestTerminal> registered;

}  // namespace

#include "terminal.moc"
