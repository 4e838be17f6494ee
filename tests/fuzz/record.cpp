#include "targets.hpp"

#include "code_position.hpp"
#include "global_table.hpp"
#include "launch_record.hpp"

#include <spork/spork.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace fuzz {

namespace {

void target(std::vector<std::string>, std::map<int, std::string>, std::optional<double>) {}

spork::Global<std::vector<int>> global_numbers{1, 2, 3};

/// Everything up to the arguments of the target, as a parent writes it.
void write_beginning(spork::Writer& writer) {
    spork::detail::LaunchRecord record;
    record.image = spork::detail::main_image().id;
    record.name = "fuzz";
    record.has_target = true;
    record.save(writer);
    spork::detail::write_globals(writer);
    const spork::Task<void> task = spork::bind(target, std::vector<std::string>(), std::map<int, std::string>(), 1.0);
    spork::detail::write_entry(writer, *task.target().entry);
}

}  // namespace

void record(Bytes input) {
    if (input.empty()) {
        return;
    }
    spork::Writer writer;
    if (std::to_integer<int>(input.front()) % 2 == 1) {
        write_beginning(writer);
    } else {
        writer(spork::detail::LaunchRecord::current_version, spork::detail::main_image().id);
    }
    const Bytes rest = input.subspan(1);
    writer.write_bytes(rest.data(), rest.size());
    try {
        spork::Reader reader(writer.bytes());
        const auto record = spork::detail::LaunchRecord::load(reader);
        spork::detail::read_globals(reader);
        if (record.has_target) {
            static_cast<void>(spork::detail::read_target(reader));
        }
        reader.expect_end();
    } catch (const spork::TransferError&) {
    }
}

}  // namespace fuzz
