// A family is killed at its head, at any instant: while it starts children, while they start theirs, and afterwards.
//
// Every process of the family holds one end of a pipe, the witness. Its end is seen when the last of them is gone, and
// that is all that has to be looked at on any system. `survivors` looks for those as well that were killed, or wait for
// ever, before they were given anything.

#include "scale.hpp"
#include "survivors.hpp"

#include "support/test_case.hpp"

#include <spork/spork.hpp>

#include <QElapsedTimer>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

using namespace std::chrono_literals;
using spork::Connection;
using spork::StartMethod;

namespace {

void hold_for_ever(Connection) {
    for (;;) {
        std::this_thread::sleep_for(1h);
    }
}

/// Starts two holders below itself.
void branch(Connection witness, StartMethod method) {
    const spork::Context context = spork::get_context(method);
    context.Process(hold_for_ever, witness).start();
    context.Process(hold_for_ever, witness).start();
    hold_for_ever(witness);
}

/// The head of a family: starts branches without end. The witness is told of the first start.
void head(Connection witness, StartMethod method) {
    const spork::Context context = spork::get_context(method);
    witness.send(1);
    for (int i = 0; i < 3; ++i) {
        context.Process(branch, witness, method).start();
    }
    hold_for_ever(witness);
}

class TestKilledParent : public support::MethodTest {
    Q_OBJECT

private slots:
    void nothingIsLeftOfItsFamily() {
        QFETCH_GLOBAL(StartMethod, method);
        const stress::Survivors survivors;
        qint64 longest = 0;
        for (int round = stress::scaled(70); round != 0; --round) {
            auto [here, there] = spork::Pipe();
            {
                support::ChildGuard family(method, head, there, method);
                there.close();
                if (round % 4 != 0) {
                    here.recv<int>(support::limit);  // else the head itself is hit while it starts
                }
                stress::pass(stress::some_time(40ms));
                family->kill();
                QVERIFY(family->join(support::limit));
            }
            QElapsedTimer since_death;
            since_death.start();
            QVERIFY_THROWS_EXCEPTION(spork::EofError, {
                    while (true) {
                        here.recv<int>(support::limit);
                    }
                });
            const std::string left = survivors.wait_until_gone(support::limit);
            QVERIFY2(left.empty(), left.c_str());
            longest = std::max(longest, since_death.elapsed());
        }
        QVERIFY2(longest < 2000, ("the last one was gone after " + std::to_string(longest) + " ms").c_str());
    }
};

const support::TestClass<TestKilledParent> registered;

}  // namespace

#include "kill_parent.moc"
