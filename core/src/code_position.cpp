#include "code_position.hpp"

#include "global_table.hpp"
#include "system_error.hpp"

#include <spork/transferable.hpp>

#include <filesystem>
#include <string>

namespace spork::detail {

namespace {

bool contains(const platform::Image& image, const void* address) noexcept {
    const auto* at = static_cast<const std::byte*>(address);
    return at >= image.base && at < image.base + image.size;
}

const void* address_in(const platform::Image& image, std::uint64_t offset) noexcept {
    return offset < image.size ? image.base + offset : nullptr;
}

}  // namespace

const platform::Image& main_image() {
    static const platform::Image image = [] {
        auto found = platform::main_image();
        if (!found) {
            throw_system(found.error(), "cannot identify this executable");
        }
        return *found;
    }();
    return image;
}

CodePosition position_of(const void* address) {
    const platform::Image& executable = main_image();
    if (contains(executable, address)) {
        return {executable.id, static_cast<std::uint64_t>(static_cast<const std::byte*>(address) - executable.base), {}};
    }
    const auto image = platform::image_at(address);
    if (!image) {
        throw TransferError("cannot name this function to another process: it lies in no executable or shared library "
                            "of this process (" +
                            image.error().message() + ")");
    }
    return {image->id, static_cast<std::uint64_t>(static_cast<const std::byte*>(address) - image->base),
            image->path.u8string()};
}

const void* resolve_if_loaded(const CodePosition& position) noexcept {
    if (position.image == main_image().id) {
        return address_in(main_image(), position.offset);
    }
    const auto image = platform::find_image(position.image);
    return image ? address_in(*image, position.offset) : nullptr;
}

const void* resolve(const CodePosition& position) {
    if (const void* address = resolve_if_loaded(position)) {
        return address;
    }
    if (position.path.empty()) {
        throw TransferError("cannot run a function of another build of this executable: it was rebuilt or replaced while "
                            "the program ran; restart the program");
    }
    const std::filesystem::path path(position.path);
    const std::string name = path.string();
    if (const std::error_code error = platform::load_image(path)) {
        throw TransferError("cannot run a function of " + name + ": it cannot be loaded here (" + error.message() + ")");
    }
    apply_pending_globals();
    if (const void* address = resolve_if_loaded(position)) {
        return address;
    }
    throw TransferError("cannot run a function of " + name +
                        ": the file is another build than the sender's; it was rebuilt while the program ran");
}

void write_position(Writer& writer, const CodePosition& position) {
    writer(position.image, position.offset, position.path);
}

CodePosition read_position(Reader& reader) {
    CodePosition position;
    reader(position.image, position.offset, position.path);
    return position;
}

}  // namespace spork::detail
