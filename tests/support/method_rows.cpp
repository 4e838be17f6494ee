#include "support/method_rows.hpp"

#include <QTest>

namespace support {

void add_method_rows() {
    QTest::addColumn<spork::StartMethod>("method");
    for (const spork::StartMethod method : spork::get_all_start_methods()) {
        QTest::newRow(std::string(to_string(method)).c_str()) << method;
    }
}

}  // namespace support
