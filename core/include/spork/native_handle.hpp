#pragma once

/// \file
/// Files and sockets of the operating system that travel to other processes.

#include <spork/archive.hpp>
#include <spork/export.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace spork {

/// A descriptor on POSIX; a HANDLE or SOCKET on Windows, as an integer.
using native_handle_type = std::intptr_t;

namespace detail {

template <class H>
    requires std::is_pointer_v<H> || std::integral<H>
native_handle_type to_native(H handle) noexcept {
    if constexpr (std::is_pointer_v<H>) {
        return reinterpret_cast<native_handle_type>(handle);
    } else {
        return static_cast<native_handle_type>(handle);
    }
}

}  // namespace detail

/// NativeHandle owns one object of the operating system; copies share it, the last one closes it.
/// It can be passed to a process and sent over a Connection; the receiver gets a handle of its own to the same object.
/// Threads: like a shared_ptr.
class SPORK_API NativeHandle {
public:
    NativeHandle() noexcept = default;

    explicit operator bool() const noexcept { return object_ && !object_->closed(); }

    /// The handle as the system knows it. Throws UsageError when there is none.
    native_handle_type native() const;

    /// Gives the object up without closing it; every copy is then closed. The caller owns it.
    native_handle_type release();

    /// Closes it for every copy in this process. Closing twice does nothing.
    void close() noexcept;

protected:
    NativeHandle(native_handle_type native, bool socket);
    explicit NativeHandle(std::shared_ptr<detail::OwnedHandle> object) noexcept : object_(std::move(object)) {}

    static std::shared_ptr<detail::OwnedHandle> duplicate(native_handle_type native, bool socket);
    const std::shared_ptr<detail::OwnedHandle>& object() const noexcept { return object_; }

private:
    std::shared_ptr<detail::OwnedHandle> object_;
};

/// FileHandle is a file, pipe or other byte stream of the system that can be handed to another process.
///
///     spork::FileHandle log = spork::FileHandle::append("run.log");
///     connection.send(log);
class SPORK_API FileHandle : public NativeHandle {
public:
    FileHandle() noexcept = default;

    /// Takes the ownership of `native`: a descriptor, or a HANDLE.
    template <class H>
    explicit FileHandle(H native) : NativeHandle(detail::to_native(native), false) {}

    /// A second handle to what `native` refers to; the caller keeps its own.
    template <class H>
    static FileHandle duplicate_of(H native) {
        return FileHandle(duplicate(detail::to_native(native), false));
    }

    /// Opens a file. Throws std::system_error that names the path. Appended pieces never overwrite each other, whichever
    /// process writes them, on every system.
    static FileHandle read(const std::filesystem::path& path);
    static FileHandle truncate(const std::filesystem::path& path);
    static FileHandle append(const std::filesystem::path& path);

    /// Writes everything. Blocks as the object does. Throws std::system_error.
    void write(std::string_view text) const;

    /// Reads at most `out.size()` bytes, 0 at the end. Blocks.
    std::size_t read_some(std::span<std::byte> out) const;

    /// Reads to the end. Blocks until every writer has closed.
    std::string read_all() const;

private:
    friend struct Transfer<FileHandle>;
    explicit FileHandle(std::shared_ptr<detail::OwnedHandle> object) noexcept : NativeHandle(std::move(object)) {}
};

/// SocketHandle is a connected or listening socket that can be handed to another process.
///
///     spork::Process worker(serve, spork::SocketHandle(socket.release()));
class SPORK_API SocketHandle : public NativeHandle {
public:
    SocketHandle() noexcept = default;

    /// Takes the ownership of `native`: a descriptor, or a SOCKET.
    template <class H>
    explicit SocketHandle(H native) : NativeHandle(detail::to_native(native), true) {}

    /// A second handle to the same socket; the caller keeps its own.
    template <class H>
    static SocketHandle duplicate_of(H native) {
        return SocketHandle(duplicate(detail::to_native(native), true));
    }

private:
    friend struct Transfer<SocketHandle>;
    explicit SocketHandle(std::shared_ptr<detail::OwnedHandle> object) noexcept : NativeHandle(std::move(object)) {}
};

template <>
struct SPORK_API Transfer<FileHandle> {
    static void save(Writer& writer, const FileHandle& value);
    static FileHandle load(Reader& reader);
};

template <>
struct SPORK_API Transfer<SocketHandle> {
    static void save(Writer& writer, const SocketHandle& value);
    static SocketHandle load(Reader& reader);
};

}  // namespace spork
