// Children are killed at any instant, by others than their parent as well.

#include "scale.hpp"

#include "support/targets.hpp"
#include "support/test_case.hpp"

#include <spork/spork.hpp>

#include <chrono>
#include <string>
#include <thread>

using namespace std::chrono_literals;
using spork::Connection;
using spork::StartMethod;
using support::ChildGuard;
using support::limit;

namespace {

/// Sends small and large messages without end; each says how long it is.
void send_without_end(Connection there) {
    for (std::size_t size = 1;; size = size * 3 % 200'003) {
        there.send(std::string(size, static_cast<char>('a' + size % 26)));
    }
}

class TestKilledChild : public support::MethodTest {
    Q_OBJECT

private slots:
    void isReportedAndLeavesNothing() {
        QFETCH_GLOBAL(StartMethod, method);
        for (int round = stress::scaled(70); round != 0; --round) {
            auto [here, there] = spork::Pipe();
            ChildGuard child(method, support::hold, there);
            there.close();
            stress::pass(stress::some_time(10ms));
            child->kill();
            QCOMPARE(child.exitcode(), std::optional(-9));
            QVERIFY_THROWS_EXCEPTION(spork::EofError, {
                    while (true) {
                        here.recv<support::Word>(limit);
                    }
                });
        }
    }

    void leavesNoPartOfAMessage() {
        QFETCH_GLOBAL(StartMethod, method);
        for (int round = stress::scaled(40); round != 0; --round) {
            auto [here, there] = spork::Pipe();
            ChildGuard child(method, send_without_end, there);
            there.close();
            here.recv<std::string>(limit);
            std::jthread killer([&child, time = stress::some_time(5ms)] {
                stress::pass(time);
                child->kill();
            });
            try {
                for (;;) {
                    const auto text = here.recv<std::string>(limit);
                    QVERIFY(text == std::string(text.size(), static_cast<char>('a' + text.size() % 26)));
                }
            } catch (const spork::EofError&) {
            }
            killer.join();
            QCOMPARE(child.exitcode(), std::optional(-9));
        }
    }
};

const support::TestClass<TestKilledChild> registered;

}  // namespace

#include "kill_child.moc"
