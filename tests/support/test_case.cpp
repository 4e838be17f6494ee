#include "support/test_case.hpp"

#include <spork/spork.hpp>

namespace support {

namespace {

void answer(spork::Connection there) {
    there.send(there.recv<int>() + 1);
}

void use_everything_once(spork::StartMethod method) {
    auto [here, there] = spork::Pipe();
    ChildGuard child(method, answer, there);
    there.close();
    here.send(1, limit);
    spork::wait({here, child->sentinel()}, limit);
    QVERIFY(here.poll(limit, std::stop_source().get_token()));
    QCOMPARE(here.recv<int>(limit), 2);
    QCOMPARE(child.exitcode(), std::optional(0));
}

}  // namespace

void LeakTest::initTestCase() {
    spork::get_logger().set_sink([](const spork::LogRecord&) {});
    for (const spork::StartMethod method : spork::get_all_start_methods()) {
        use_everything_once(method);
    }
    spork::SharedMemory::create(1);
    spork::get_logger().set_sink({});
}

void LeakTest::init() {
    guard_.emplace();
}

void LeakTest::cleanup() {
    // A test that failed in the middle says why itself.
    if (!QTest::currentTestFailed()) {
        const std::string leaks = guard_->leaks();
        QVERIFY2(leaks.empty(), leaks.c_str());
    }
}

}  // namespace support
