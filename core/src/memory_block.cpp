#include "memory_block.hpp"

#include "owned_handle.hpp"
#include "system_error.hpp"

#include "platform/host.hpp"

#include <spork/error.hpp>
#include <spork/transferable.hpp>

#include <string_view>

namespace spork::detail {

namespace {

/// What Linux and Windows allow, and some room for those who put something before it.
constexpr std::size_t longest_name = 240;
constexpr std::string_view forbidden("/\\\0", 3);

void require_name(const std::string& name) {
    if (name.empty()) {
        throw UsageError("shared memory that is found by its name needs one: it is empty");
    }
    if (name.find_first_of(forbidden) != std::string::npos) {
        throw UsageError("\"" + name + "\" cannot be the name of shared memory: leave slashes and zero bytes out");
    }
    if (name.size() > longest_name) {
        throw UsageError("a name of " + std::to_string(name.size()) + " bytes is too long for shared memory: " +
                         std::to_string(longest_name) + " bytes are the limit");
    }
}

[[noreturn]] void throw_failed(std::error_code error, const char* what, const std::string& name, std::size_t size) {
    std::string text =
        std::string("cannot ") + what + (name.empty() ? " shared memory" : " the shared memory \"" + name + "\"");
    if (size != 0) {
        text += " of " + std::to_string(size) + " bytes";
    }
    throw_system(error, text);
}

std::shared_ptr<MemoryBlock> wrap(platform::Block block, std::string name, bool maker) {
    MemoryBlock::Facts facts{std::move(name), 0, block.size, block.identity};
    std::error_code error;
    if (maker) {
        error = platform::random_bytes(std::as_writable_bytes(std::span(&facts.number, 1)));
    }
    auto users = block.users ? own(std::move(block.users)) : nullptr;
    auto wrapped =
        std::make_shared<MemoryBlock>(std::move(facts), own(std::move(block.memory)), std::move(users), maker);
    if (error) {
        throw_failed(error, "number", wrapped->name(), wrapped->size());
    }
    return wrapped;
}

}  // namespace

std::shared_ptr<MemoryBlock> MemoryBlock::make(std::size_t size) {
    auto block = platform::make_block(size);
    if (!block) {
        throw_failed(block.error(), "make", "", size);
    }
    return wrap(std::move(*block), "", true);
}

std::shared_ptr<MemoryBlock> MemoryBlock::make_named(const std::string& name, std::size_t size) {
    require_name(name);
    auto block = platform::make_named_block(name, size);
    if (!block) {
        throw_failed(block.error(), "make", name, size);
    }
    return wrap(std::move(*block), name, true);
}

std::shared_ptr<MemoryBlock> MemoryBlock::make_generated(std::size_t size, const NameGenerator& next_name) {
    for (;;) {
        try {
            return make_named(next_name(), size);
        } catch (const std::system_error& error) {
            if (error.code() != std::errc::file_exists) {
                throw;
            }
        }
    }
}

std::shared_ptr<MemoryBlock> MemoryBlock::find(const std::string& name) {
    require_name(name);
    auto block = platform::find_named_block(name);
    if (!block) {
        throw_failed(block.error(), "attach to", name, 0);
    }
    return wrap(std::move(*block), name, false);
}

MemoryBlock::MemoryBlock(Facts facts, std::shared_ptr<OwnedHandle> memory, std::shared_ptr<OwnedHandle> users,
                         bool maker)
    : facts_(std::move(facts)), maker_(maker), memory_(std::move(memory)), users_(std::move(users)) {
    auto view = platform::map_block(memory_->native(), size());
    if (!view) {
        close();
        throw_failed(view.error(), "map", name(), size());
    }
    view_ = std::move(*view);
}

MemoryBlock::~MemoryBlock() {
    close();
}

void MemoryBlock::save(Writer& writer) const {
    if (closed() || memory_->closed()) {
        throw TransferError("cannot pass on " + described() +
                            (closed() ? ": it is closed" : ": this forked process was not given it"));
    }
    writer(name(), facts_.number, size(), facts_.identity, users_ != nullptr);
    writer.attach(memory_);
    if (users_) {
        writer.attach(users_);
    }
}

std::shared_ptr<MemoryBlock> MemoryBlock::load(Reader& reader) {
    Facts facts;
    bool has_users = false;
    reader(facts.name, facts.number, facts.size, facts.identity, has_users);
    auto memory = reader.take_handle();
    auto users = has_users ? reader.take_handle() : nullptr;
    try {
        return std::make_shared<MemoryBlock>(std::move(facts), std::move(memory), std::move(users), false);
    } catch (const std::system_error& error) {
        throw TransferError(std::string("a message is corrupt: what came with it is no shared memory: ") +
                            error.what());
    }
}

bool MemoryBlock::is(const MemoryBlock& other) const noexcept {
    const bool found = facts_.number == 0 || other.facts_.number == 0;
    return found ? !name().empty() && name() == other.name() : facts_.number == other.facts_.number;
}

std::span<std::byte> MemoryBlock::bytes() const {
    if (closed()) {
        throw UsageError(described() + " is closed");
    }
    return {view_->data(), size()};
}

void MemoryBlock::close() noexcept {
    const std::lock_guard hold(closing_);
    if (!memory_) {
        return;
    }
    view_.reset();
    memory_.reset();
    users_.reset();
    if (!name().empty()) {
        named_at_close_ = platform::remove_unused_block_name(name(), maker_) != platform::NameFate::gone;
    }
}

void MemoryBlock::unlink() {
    if (name().empty()) {
        throw UsageError("this shared memory has no name that could be unlinked: it goes with its last user");
    }
    const std::lock_guard hold(closing_);
    const std::error_code error = platform::remove_block_name(name(), facts_.identity);
    // Close and unlink, as Python's programs do: the last user may have taken the name away in between.
    const bool went_by_itself =
        std::exchange(named_at_close_, false) && detail::is(error, std::errc::no_such_file_or_directory);
    if (error && !went_by_itself) {
        throw_failed(error, "unlink", name(), 0);
    }
}

std::string MemoryBlock::described() const {
    return name().empty() ? "a SharedMemory" : "the SharedMemory \"" + name() + "\"";
}

std::string random_block_name() {
    constexpr std::string_view digits = "0123456789abcdef";
    std::array<std::byte, 4> random{};
    if (const auto error = platform::random_bytes(random)) {
        throw_system(error, "cannot find a name for shared memory");
    }
    std::string name(platform::generated_name_prefix());
    for (const std::byte byte : random) {
        name += digits[std::to_integer<std::size_t>(byte >> 4)];
        name += digits[std::to_integer<std::size_t>(byte & std::byte{15})];
    }
    return name;
}

}  // namespace spork::detail
