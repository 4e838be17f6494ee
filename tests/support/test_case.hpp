#pragma once

/// \file
/// What the test classes have in common.

#include "support/child_guard.hpp"
#include "support/leak_guard.hpp"
#include "support/limits.hpp"
#include "support/method_rows.hpp"
#include "support/values.hpp"

#include <QObject>
#include <QTest>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace support {

/// LeakTest fails a test function that leaves anything behind.
class LeakTest : public QObject {
    Q_OBJECT

private slots:
    /// Lets the runtime open once what it keeps for the life of the process, by each start method.
    void initTestCase();

    void init();
    void cleanup();

private:
    std::optional<LeakGuard> guard_;
};

/// MethodTest runs each of its functions once for each start method.
class MethodTest : public LeakTest {
    Q_OBJECT

protected:
    /// The one of this row.
    static spork::StartMethod method() {
        QFETCH_GLOBAL(spork::StartMethod, method);
        return method;
    }

private slots:
    void initTestCase_data() { add_method_rows(); }
};

/// Puts a class among those that the program runs, by an object at namespace scope:
/// `const support::TestClass<TestProcess> registered;`
template <class Test>
struct TestClass {
    TestClass() {
        add_test_class([] { return std::make_unique<Test>(); });
    }
};

void add_test_class(std::function<std::unique_ptr<QObject>()> make);

/// Runs all classes, or the words of the command line: Class, Class::function, Class::function:row. The options of Qt
/// Test hold for each. Returns the number of failures.
int run_test_classes(std::vector<std::string> arguments);

}  // namespace support
