#pragma once

/// \file
/// What was thrown, in words.

#include <exception>
#include <string>
#include <utility>

namespace support {

/// The message of the exception that a call throws; empty when it throws none.
template <class Call>
std::string message_of(Call&& call) {
    try {
        std::forward<Call>(call)();
    } catch (const std::exception& error) {
        return error.what();
    }
    return {};
}

}  // namespace support
