/// \file
/// Files and sockets that travel.

#include <spork/native_handle.hpp>
#include <spork/transferable.hpp>

#include "owned_handle.hpp"
#include "system_error.hpp"

#include "platform/file.hpp"

namespace spork {

namespace {

FileHandle open(const std::filesystem::path& path, platform::FileMode mode, const char* purpose) {
    auto file = platform::open_file(path, mode);
    if (!file) {
        detail::throw_system(file.error(), "cannot open " + path.string() + " for " + purpose);
    }
    return FileHandle(file->release());
}

}  // namespace

NativeHandle::NativeHandle(native_handle_type native, bool socket)
    : object_(std::make_shared<detail::OwnedHandle>(native, socket)) {}

std::shared_ptr<detail::OwnedHandle> NativeHandle::duplicate(native_handle_type native, bool socket) {
    auto copy = std::make_shared<detail::OwnedHandle>(platform::no_handle, socket);
    const auto second = platform::duplicate_handle(native, detail::kind_of(*copy));
    if (!second) {
        detail::throw_system(second.error(), "cannot duplicate handle " + std::to_string(native));
    }
    copy->reset(*second);
    return copy;
}

native_handle_type NativeHandle::native() const {
    if (!*this) {
        throw UsageError("this handle is closed, or was never opened");
    }
    return object_->native();
}

native_handle_type NativeHandle::release() {
    const native_handle_type handle = native();
    object_->release();
    return handle;
}

void NativeHandle::close() noexcept {
    if (object_) {
        object_->close();
    }
}

FileHandle FileHandle::read(const std::filesystem::path& path) {
    return open(path, platform::FileMode::read, "reading");
}

FileHandle FileHandle::truncate(const std::filesystem::path& path) {
    return open(path, platform::FileMode::truncate, "writing");
}

FileHandle FileHandle::append(const std::filesystem::path& path) {
    return open(path, platform::FileMode::append, "appending");
}

void FileHandle::write(std::string_view text) const {
    if (auto error = platform::write_all(native(), std::as_bytes(std::span(text.data(), text.size())))) {
        detail::throw_system(error, "cannot write " + std::to_string(text.size()) + " bytes to a file or pipe");
    }
}

std::size_t FileHandle::read_some(std::span<std::byte> out) const {
    const auto got = platform::read_some(native(), out);
    if (!got) {
        detail::throw_system(got.error(), "cannot read from a file or pipe");
    }
    return *got;
}

std::string FileHandle::read_all() const {
    std::string text;
    std::byte piece[16384];
    while (std::size_t size = read_some(piece)) {
        text.append(reinterpret_cast<const char*>(piece), size);
    }
    return text;
}

namespace {

/// An empty handle travels as an empty one.
void save_object(Writer& writer, const std::shared_ptr<detail::OwnedHandle>& object) {
    writer.write(object != nullptr);
    if (object) {
        if (object->closed()) {
            throw TransferError("cannot pass on a file or socket that is closed");
        }
        writer.attach(object);
    }
}

std::shared_ptr<detail::OwnedHandle> load_object(Reader& reader) {
    return reader.read<bool>() ? reader.take_handle() : nullptr;
}

}  // namespace

void Transfer<FileHandle>::save(Writer& writer, const FileHandle& value) {
    save_object(writer, value.object());
}

FileHandle Transfer<FileHandle>::load(Reader& reader) {
    return FileHandle(load_object(reader));
}

void Transfer<SocketHandle>::save(Writer& writer, const SocketHandle& value) {
    save_object(writer, value.object());
}

SocketHandle Transfer<SocketHandle>::load(Reader& reader) {
    return SocketHandle(load_object(reader));
}

}  // namespace spork
