#pragma once

/// \file
/// The Qt adapters: Qt types as arguments and messages, and spork's log in Qt's.

#include <spork/qt_logging.hpp>
#include <spork/qt_transfer.hpp>
