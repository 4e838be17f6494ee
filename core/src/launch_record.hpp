#pragma once

/// \file
/// What a child is told before it runs: who it is, and what it has to do. See docs/launch.md.

#include <spork/archive.hpp>
#include <spork/process.hpp>

#include "seal.hpp"

#include "platform/image.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace spork::detail {

/// The first message on a child's control channel. The globals and the target follow it in the same message.
struct LaunchRecord {
    /// Changes with the layout; together with the image identity it refuses any other build.
    static constexpr std::uint32_t current_version = 0x73700001;

    std::uint32_t version = current_version;
    platform::ImageId image{};
    FamilyKey family_key{};
    std::string name;
    std::vector<unsigned> identity;
    bool daemon = false;
    std::vector<std::byte> authkey;
    StartMethod default_method = StartMethod::spawn;
    bool method_chosen = false;
    std::string parent_name;
    process_id parent_pid = 0;
    bool has_target = false;

    void save(Writer& writer) const;

    /// Throws TransferError: no start record, or one of another build.
    static LaunchRecord load(Reader& reader);
};

/// Messages on the control channel after that, one byte of kind and text.
enum class ControlMessage : std::uint8_t {
    started = 1,  ///< from the child: its bootstrap has ended
    stop = 2,     ///< from the parent: request_stop()
};

}  // namespace spork::detail
