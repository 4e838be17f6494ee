/// \file
/// The table of callable code, and how its rows are named in messages.

#include <spork/entry.hpp>
#include <spork/task.hpp>

#include "code_position.hpp"
#include "runtime.hpp"
#include "seal.hpp"

#include <mutex>

namespace spork::detail {

namespace {

// Rows come with static initialisers of the executable and of plug-ins, before or after ours. Never destroyed.
struct EntryTable {
    std::mutex mutex;
    Entry* first = nullptr;
};

EntryTable& table() {
    static EntryTable* const instance = new EntryTable();
    return *instance;
}

/// What the seal of an entry covers in place of a function type.
constexpr std::uint64_t entry_type = 0;

/// Writes a position, and a seal over it and the type.
void write_sealed(Writer& writer, const void* code, std::uint64_t type) {
    Writer position;
    write_position(position, position_of(code));
    position.write_number(type);
    const std::span<const std::byte> covered = position.bytes();
    writer.write_bytes(covered.data(), covered.size() - sizeof type);
    writer.write_number(seal(family_key(), covered));
}

const void* read_sealed(Reader& reader, std::uint64_t type) {
    const CodePosition position = read_position(reader);
    const auto given = reader.read_number<std::uint64_t>();
    Writer covered;
    write_position(covered, position);
    covered.write_number(type);
    if (seal(family_key(), covered.bytes()) != given) {
        throw TransferError("a message names a function with a broken seal: it was not written by a process of this "
                            "program run, or its bytes were changed; nothing was called");
    }
    return resolve(position);
}

}  // namespace

Entry::Entry(Loader loader, std::uint64_t result) noexcept : loader_(loader), result_(result) {
    EntryTable& entries = table();
    const std::lock_guard hold(entries.mutex);
    next_ = entries.first;
    if (next_) {
        next_->previous_ = this;
    }
    entries.first = this;
}

Entry::~Entry() {
    EntryTable& entries = table();
    const std::lock_guard hold(entries.mutex);
    (previous_ ? previous_->next_ : entries.first) = next_;
    if (next_) {
        next_->previous_ = previous_;
    }
}

const Entry* find_entry(const void* loader) noexcept {
    EntryTable& entries = table();
    const std::lock_guard hold(entries.mutex);
    for (const Entry* entry = entries.first; entry; entry = entry->next_) {
        if (reinterpret_cast<const void*>(entry->loader_) == loader) {
            return entry;
        }
    }
    return nullptr;
}

void write_entry(Writer& writer, const Entry& entry) {
    write_sealed(writer, reinterpret_cast<const void*>(entry.loader()), entry_type);
}

const Entry& read_entry(Reader& reader) {
    const Entry* entry = find_entry(read_sealed(reader, entry_type));
    if (!entry) {
        throw TransferError("a message names a function that is not in its image's table of targets; nothing was called");
    }
    return *entry;
}

void write_code(Writer& writer, const void* code, std::uint64_t type) {
    if (!code) {
        throw TransferError("cannot send a null function pointer");
    }
    write_sealed(writer, code, type);
}

const void* read_code(Reader& reader, std::uint64_t type) {
    return read_sealed(reader, type);
}

void write_target(Writer& writer, const Target& target) {
    if (!target.entry) {
        throw TransferError("spork::fork_only cannot be sent to another process: start it with StartMethod::fork");
    }
    write_entry(writer, *target.entry);
    target.body->save(writer);
}

Target read_target(Reader& reader, std::uint64_t result) {
    const Entry& entry = read_entry(reader);
    if (result != 0 && entry.result() != result) {
        throw TransferError("a message holds a spork::Task with another result type than the one asked for");
    }
    return {entry.loader()(reader), &entry};
}

}  // namespace spork::detail
