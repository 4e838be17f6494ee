// Processes as subclasses.

#include "support/targets.hpp"
#include "support/test_case.hpp"

#include <spork/spork.hpp>

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

using spork::Connection;
using spork::StartMethod;
using support::ChildGuard;
using support::limit;

namespace demo {

/// CPython's _UpperCaser: makes its pipe itself and knows both ends.
class UpperCaser : public spork::ProcessBase<UpperCaser> {
public:
    UpperCaser() {
        auto [parent, child] = spork::Pipe();
        parent_ = parent;
        child_ = child;
    }

    void run() {
        parent_.close();
        while (std::optional<std::string> text = child_.recv<std::optional<std::string>>()) {
            std::transform(text->begin(), text->end(), text->begin(),
                           [](char c) { return static_cast<char>(std::toupper(c)); });
            child_.send(*text);
        }
    }

    std::string submit(const std::string& text) {
        parent_.send(std::optional(text));
        return parent_.recv<std::string>(limit);
    }

    void stop() {
        parent_.send(std::optional<std::string>());
        parent_.close();
        child_.close();
    }

    template <class Archive>
    void serialize(Archive& archive) {
        archive(parent_, child_);
    }

private:
    Connection parent_;
    Connection child_;
};

struct Clock : spork::ProcessBase<Clock> {
    int seconds = 1;
    std::map<std::string, int> alarms;
    Connection report;

    void run() {
        report.send(std::pair(seconds, alarms));
        const spork::Process self = spork::current_process();
        report.send(std::pair(self.name(), self == *this));
        seconds = 99;  // stays in the child
    }

    template <class Archive>
    void save(Archive& archive) const {
        archive(seconds, alarms, report);
    }
    template <class Archive>
    void load(Archive& archive) {
        archive(seconds, alarms, report);
    }
};

struct Empty : spork::ProcessBase<Empty> {
    void run() { throw spork::Exit{7}; }
};

struct Failing : spork::ProcessBase<Failing> {
    std::string reason;
    void run() { throw std::domain_error(reason); }
    template <class Archive>
    void serialize(Archive& archive) {
        archive(reason);
    }
};

}  // namespace demo

namespace {

class TestProcessClass : public support::MethodTest {
    Q_OBJECT

private slots:
    void upperCaserAnswers() {
        QFETCH_GLOBAL(StartMethod, method);
        demo::UpperCaser upper;
        upper.set_options({.daemon = true, .start_method = method});
        upper.start();
        QCOMPARE(upper.submit("hello"), std::string("HELLO"));
        QCOMPARE(upper.submit("world"), std::string("WORLD"));
        upper.stop();
        QVERIFY(upper.join(limit));
        QCOMPARE(upper.exitcode(), std::optional(0));
    }

    void childRunsACopyOfTheFields() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        demo::Clock clock;
        clock.set_options({.start_method = method});
        clock.report = there;
        clock.seconds = 5;
        clock.alarms = {{"tea", 3}};
        clock.start();
        clock.seconds = 6;  // after start(): stays here
        using Fields = std::pair<int, std::map<std::string, int>>;
        QVERIFY((here.recv<Fields>(limit) == Fields{5, {{"tea", 3}}}));
        const auto [name, is_current] = here.recv<std::pair<std::string, bool>>(limit);
        QCOMPARE(name, clock.name());
        QVERIFY(is_current);
        QVERIFY(clock.join(limit));
        QCOMPARE(clock.exitcode(), std::optional(0));
        QCOMPARE(clock.seconds, 6);
    }

    void nameIsTheClasss() {
        const demo::Clock clock;
        QCOMPARE(clock.name(), "Clock-" + std::to_string(clock.identity().front()));
    }

    void classWithoutFieldsNeedsNoSerialize() {
        QFETCH_GLOBAL(StartMethod, method);
        demo::Empty empty;
        empty.set_options({.start_method = method});
        empty.start();
        QVERIFY(empty.join(limit));
        QCOMPARE(empty.exitcode(), std::optional(7));
    }

    void exceptionOutOfRunIsReported() {
        QFETCH_GLOBAL(StartMethod, method);
        demo::Failing failing;
        failing.set_options(
            {.name = "dividing", .standard_error = spork::StandardStream::pipe(), .start_method = method});
        failing.reason = "division by zero";
        failing.start();
        const std::string errors = failing.standard_error().read_all();
        QVERIFY(failing.join(limit));
        QCOMPARE(failing.exitcode(), std::optional(1));
        for (const char* part : {"dividing", "std::domain_error", "division by zero"}) {
            QVERIFY2(errors.find(part) != std::string::npos, errors.c_str());
        }
    }

    void runIsCallableHere() {
        auto [here, there] = spork::Pipe();
        demo::Clock clock;
        clock.report = there;
        clock.run();
        QCOMPARE((here.recv<std::pair<int, std::map<std::string, int>>>(limit).first), 1);
        QCOMPARE(clock.seconds, 99);
    }

    void startedOnce() {
        QFETCH_GLOBAL(StartMethod, method);
        demo::Empty empty;
        empty.set_options({.start_method = method});
        empty.start();
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, empty.start());
        QVERIFY(empty.join(limit));
    }
};

const support::TestClass<TestProcessClass> registered;

}  // namespace

#include "process_class.moc"
