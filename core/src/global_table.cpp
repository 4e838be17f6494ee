#include "global_table.hpp"

#include "code_position.hpp"

#include <spork/global.hpp>

#include <mutex>
#include <string>
#include <vector>

namespace spork::detail {

namespace {

/// The value of a Global whose image is not loaded here yet.
struct PendingGlobal {
    CodePosition position;
    std::uint64_t type = 0;
    std::vector<std::byte> bytes;
    std::vector<std::shared_ptr<OwnedHandle>> handles;
};

// Globals come with static initialisers, before or after ours. Never destroyed.
struct GlobalTable {
    std::recursive_mutex mutex;  // a plug-in that is loaded while values are set brings Globals of its own
    GlobalBase* first = nullptr;
    std::vector<PendingGlobal> pending;
};

GlobalTable& table() {
    static GlobalTable* const instance = new GlobalTable();
    return *instance;
}

/// The Global at an address; null when none is there. Only what is in the list is ever written to.
GlobalBase* find(const void* address) noexcept {
    for (GlobalBase* global = table().first; global; global = global->next()) {
        if (global == address) {
            return global;
        }
    }
    return nullptr;
}

/// False when the image is not loaded.
bool apply(PendingGlobal& value) {
    const void* address = resolve_if_loaded(value.position);
    if (!address) {
        return false;
    }
    GlobalBase* global = find(address);
    if (!global || global->type() != value.type) {
        throw TransferError("the start record names a spork::Global that does not exist here");
    }
    Reader reader(value.bytes, std::move(value.handles));
    global->load(reader);
    reader.expect_end();
    return true;
}

}  // namespace

GlobalBase::GlobalBase() noexcept {
    GlobalTable& globals = table();
    const std::lock_guard hold(globals.mutex);
    next_ = globals.first;
    if (next_) {
        next_->previous_ = this;
    }
    globals.first = this;
}

GlobalBase::~GlobalBase() {
    GlobalTable& globals = table();
    const std::lock_guard hold(globals.mutex);
    (previous_ ? previous_->next_ : globals.first) = next_;
    if (next_) {
        next_->previous_ = previous_;
    }
}

void write_globals(Writer& writer) {
    GlobalTable& globals = table();
    const std::lock_guard hold(globals.mutex);
    std::uint32_t count = 0;
    for (const GlobalBase* global = globals.first; global; global = global->next()) {
        ++count;
    }
    writer.write_number(count);
    for (const GlobalBase* global = globals.first; global; global = global->next()) {
        Writer value;
        global->save(value);
        write_position(writer, position_of(global));
        writer.write_number(global->type());
        writer.write_size(value.bytes().size());
        writer.write_number(static_cast<std::uint32_t>(value.handles().size()));
        writer.write_bytes(value.bytes().data(), value.bytes().size());
        for (const auto& handle : value.handles()) {
            writer.attach(handle);
        }
    }
}

void read_globals(Reader& reader) {
    GlobalTable& globals = table();
    const std::lock_guard hold(globals.mutex);
    for (auto left = reader.read_number<std::uint32_t>(); left != 0; --left) {
        PendingGlobal value;
        value.position = read_position(reader);
        value.type = reader.read_number<std::uint64_t>();
        const std::size_t size = reader.read_size();
        const auto handles = reader.read_number<std::uint32_t>();
        const auto bytes = reader.take(size);
        value.bytes.assign(bytes.begin(), bytes.end());
        for (std::uint32_t i = 0; i < handles; ++i) {
            value.handles.push_back(reader.take_handle());
        }
        if (!apply(value)) {
            globals.pending.push_back(std::move(value));
        }
    }
}

void apply_pending_globals() {
    GlobalTable& globals = table();
    const std::lock_guard hold(globals.mutex);
    std::erase_if(globals.pending, apply);
}

}  // namespace spork::detail
