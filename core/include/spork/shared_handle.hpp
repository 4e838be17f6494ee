#pragma once

/// \file
/// What all handles to objects in shared memory have in common.

#include <spork/archive.hpp>
#include <spork/export.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace spork {

namespace detail {

class SharedObject;

/// The lock that an object in shared memory has.
enum class LockKind : std::uint32_t { none, plain, recursive };

/// SharedHandle refers to an object in shared memory: copies are the same object, and so is what a child receives as an
/// argument or gets in a message. The object lives as long as a handle to it does in any process, and goes with the last
/// one, however its process ends.
class SPORK_API SharedHandle {
public:
    /// Whether both are handles to the same object, also when one of them came from another process.
    friend bool operator==(const SharedHandle& a, const SharedHandle& b) noexcept {
        return a.identity() == b.identity();
    }

protected:
    SharedHandle() noexcept = default;
    explicit SharedHandle(std::shared_ptr<SharedObject> object) noexcept : object_(std::move(object)) {}

    /// The object; UsageError when this handle was moved from.
    SharedObject& object() const {
        if (!object_) {
            throw_empty();
        }
        return *object_;
    }
    const std::shared_ptr<SharedObject>& shared() const noexcept { return object_; }

    /// Where the object's own state lies.
    template <class State>
    State& state() const {
        return *static_cast<State*>(address(object()));
    }

    static std::shared_ptr<SharedObject> create(std::uint64_t type, LockKind lock, std::size_t size, const char* what);
    static void save(Writer& writer, const SharedHandle& handle);
    static std::shared_ptr<SharedObject> load(Reader& reader, std::uint64_t type, std::size_t least, const char* what);

private:
    friend class SharedObject;

    [[noreturn]] static void throw_empty();
    static void* address(SharedObject& object) noexcept;
    std::uint64_t identity() const noexcept;

    std::shared_ptr<SharedObject> object_;
};

}  // namespace detail
}  // namespace spork
