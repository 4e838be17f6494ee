#pragma once

/// \file
/// One row of test data for each start method of this system.

#include <spork/start_method.hpp>

#include <QMetaType>

Q_DECLARE_METATYPE(spork::StartMethod)

namespace support {

/// Adds the column `method` and its rows: a test class calls it from initTestCase_data, and each of its functions runs
/// once a row and asks QFETCH_GLOBAL(spork::StartMethod, method). A function with data of its own runs for each pair.
void add_method_rows();

}  // namespace support
