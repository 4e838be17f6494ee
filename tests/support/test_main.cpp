#include "support/test_case.hpp"

#include <spork/init.hpp>

#include <QCoreApplication>

#include <algorithm>
#include <string>
#include <vector>

int main(int argc, char** argv) {
    spork::init(argc, argv);  // a child goes no further

    // A test function that hangs is ended and named. Qt's own limit is five minutes.
    if (!qEnvironmentVariableIsSet("QTEST_FUNCTION_TIMEOUT")) {
        qputenv("QTEST_FUNCTION_TIMEOUT", "100000");
    }
    const std::vector<std::string> arguments(argv, argv + argc);
    QCoreApplication application(argc, argv);
    return std::min(support::run_test_classes(arguments), 100);
}
