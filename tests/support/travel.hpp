#pragma once

/// \file
/// A value's way through a message and back, within one process.

#include <spork/archive.hpp>
#include <spork/transferable.hpp>

namespace support {

/// What somebody else receives who is sent this value.
template <class T>
T travelled(const T& value) {
    spork::Writer writer;
    writer.write(value);
    return spork::Reader(writer.bytes(), writer.handles()).read<T>();
}

/// Sends the one and reads the other.
template <class Sent, class Read>
void reread() {
    spork::Writer writer;
    writer.write(Sent());
    spork::Reader(writer.bytes(), writer.handles()).read<Read>();
}

}  // namespace support
