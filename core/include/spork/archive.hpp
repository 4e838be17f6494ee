#pragma once

/// \file
/// Writer and Reader: values to bytes and back, with handles attached. The form of each type is in transferable.hpp.

#include <spork/byte_buffer.hpp>
#include <spork/error.hpp>
#include <spork/export.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <type_traits>
#include <typeinfo>
#include <unordered_map>
#include <utility>
#include <vector>

namespace spork {

/// How a type travels: a specialisation has `static void save(Writer&, const T&)` and `static T load(Reader&)`.
/// The primary template stands for types that do not travel. A specialisation may name the types that it is made of in
/// `using components = detail::TypeList<...>`; a type is Transferable when its components are.
template <class T>
struct Transfer;

namespace detail {

template <class... T>
struct TypeList {};

/// In the child of a fork: closes what the child was not given.
void close_inherited_handles() noexcept;

/// One object of the system that this process owns; closed by its destructor.
class SPORK_API OwnedHandle {
public:
    OwnedHandle(std::intptr_t native, bool socket) noexcept;
    OwnedHandle(const OwnedHandle&) = delete;
    OwnedHandle& operator=(const OwnedHandle&) = delete;
    ~OwnedHandle();

    std::intptr_t native() const noexcept { return native_; }
    bool socket() const noexcept { return socket_; }
    bool closed() const noexcept { return native_ == -1; }
    std::intptr_t release() noexcept { return std::exchange(native_, -1); }
    void reset(std::intptr_t native) noexcept { native_ = native; }
    void close() noexcept;

private:
    friend void close_inherited_handles() noexcept;

    std::intptr_t native_;
    bool socket_;
    OwnedHandle* next_ = nullptr;
    OwnedHandle* previous_ = nullptr;
};

/// Something that a message promises its receiver. Destroyed before it was handed over, it takes the promise back.
class SPORK_API Loan {
public:
    Loan() = default;
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    virtual ~Loan() = default;

    /// The message is sent; to this process, where that is known, or 0.
    virtual void handed_over(std::uint32_t receiver) noexcept = 0;
};

/// Values may be nested this deep. A limit of ours: the decoder recurses, and hostile bytes must not exhaust the stack
/// (1 MiB in a Windows thread).
inline constexpr unsigned max_depth = 500;

[[noreturn]] SPORK_API void throw_too_deep();
[[noreturn]] SPORK_API void throw_truncated(std::size_t wanted, std::size_t left);
[[noreturn]] SPORK_API void throw_corrupt(const char* what);

class DepthGuard {
public:
    explicit DepthGuard(unsigned& depth) : depth_(depth) {
        if (++depth_ > max_depth) {
            --depth_;
            throw_too_deep();
        }
    }
    DepthGuard(const DepthGuard&) = delete;
    DepthGuard& operator=(const DepthGuard&) = delete;
    ~DepthGuard() { --depth_; }

private:
    unsigned& depth_;
};

}  // namespace detail

/// Writer appends values to a buffer. In a class's `serialize(Archive& archive)` or `save`, `archive(a, b, c)` writes its
/// fields, as with a cereal archive. One thread at a time.
class SPORK_API Writer {
public:
    using is_saving = std::true_type;
    using is_loading = std::false_type;

    Writer() = default;
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    template <class... T>
    Writer& operator()(const T&... values) {
        (write(values), ...);
        return *this;
    }
    template <class T>
    Writer& operator&(const T& value) {
        write(value);
        return *this;
    }
    template <class T>
    Writer& operator<<(const T& value) {
        write(value);
        return *this;
    }

    template <class T>
    void write(const T& value);

    /// Writes a value that nothing follows. Of strings, and vectors and arrays of numbers, the elements are not copied: they
    /// are rest(), and have to stay until the message is sent.
    template <class T>
    void write_last(const T& value);

    void write_bytes(const void* data, std::size_t size) { buffer_.append(data, size); }

    template <class T>
    requires std::is_arithmetic_v<T>
    void write_number(T value) { buffer_.append(&value, sizeof value); }

    void write_size(std::size_t size) { write_number(static_cast<std::uint64_t>(size)); }

    /// Attaches a handle to the message. The object is kept open until the message is sent.
    void attach(std::shared_ptr<detail::OwnedHandle> handle);

    /// Attaches a promise to the message. Whoever sends the message says so by handed_over().
    void lend(std::unique_ptr<detail::Loan> loan);
    void handed_over(std::uint32_t receiver = 0) noexcept {
        if (!loans_.empty()) {
            hand_over(receiver);
        }
    }

    /// Writes a shared object once: true the first time, when its contents have to follow.
    bool write_reference(const void* object);

    std::span<const std::byte> bytes() const noexcept { return buffer_.bytes(); }
    std::span<std::byte> bytes() noexcept { return buffer_.bytes(); }

    /// What follows bytes(), where it lies: see write_last().
    std::span<const std::byte> rest() const noexcept { return rest_; }

    const std::vector<std::shared_ptr<detail::OwnedHandle>>& handles() const noexcept { return handles_; }
    detail::DepthGuard nest() { return detail::DepthGuard(depth_); }

private:
    using References = std::unordered_map<const void*, std::uint32_t>;

    void hand_over(std::uint32_t receiver) noexcept;

    detail::ByteBuffer buffer_;
    std::span<const std::byte> rest_;
    std::vector<std::shared_ptr<detail::OwnedHandle>> handles_;
    std::vector<std::unique_ptr<detail::Loan>> loans_;
    std::unique_ptr<References> references_;  ///< few messages need one
    unsigned depth_ = 0;
};

/// Reader takes values from bytes that may be hostile: anything that does not fit is a TransferError, and no more memory
/// is asked for than the bytes account for. One thread at a time.
class SPORK_API Reader {
public:
    using is_saving = std::false_type;
    using is_loading = std::true_type;

    explicit Reader(std::span<const std::byte> bytes, std::vector<std::shared_ptr<detail::OwnedHandle>> handles = {})
        : bytes_(bytes), handles_(std::move(handles)) {}
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    template <class... T>
    Reader& operator()(T&&... values) {
        (read_into(values), ...);
        return *this;
    }
    template <class T>
    Reader& operator&(T&& value) {
        read_into(value);
        return *this;
    }
    template <class T>
    Reader& operator>>(T&& value) {
        read_into(value);
        return *this;
    }

    template <class T>
    T read();

    template <class T>
    void read_into(T& value);

    void read_bytes(void* out, std::size_t size) {
        std::span<const std::byte> from = take(size);
        if (size != 0) {
            std::memcpy(out, from.data(), size);
        }
    }

    /// The next `size` bytes, in place.
    std::span<const std::byte> take(std::size_t size) {
        if (size > left()) {
            detail::throw_truncated(size, left());
        }
        std::span<const std::byte> result = bytes_.subspan(position_, size);
        position_ += size;
        return result;
    }

    template <class T>
    requires std::is_arithmetic_v<T> T read_number() {
        T value;
        read_bytes(&value, sizeof value);
        return value;
    }

    /// A count of elements that take at least `least` bytes each; refused when the bytes left cannot hold so many.
    std::size_t read_size(std::size_t least = 1) {
        const auto size = read_number<std::uint64_t>();
        if (size > left() / least) {
            detail::throw_truncated(static_cast<std::size_t>(size), left());
        }
        return static_cast<std::size_t>(size);
    }

    /// The next attached handle, in the order in which they were written.
    std::shared_ptr<detail::OwnedHandle> take_handle();

    /// A shared object: the one read before under the same number, or null and `number` for a new one, whose contents
    /// follow and which is to be given to keep_reference.
    std::shared_ptr<void> read_reference(const std::type_info& type, std::uint32_t& number);
    void keep_reference(std::uint32_t number, const std::type_info& type, std::shared_ptr<void> object);

    std::size_t left() const noexcept { return bytes_.size() - position_; }
    detail::DepthGuard nest() { return detail::DepthGuard(depth_); }

    /// Throws TransferError when bytes or handles are left over.
    void expect_end() const {
        if (left() != 0 || next_handle_ != handles_.size()) {
            throw_not_at_end();
        }
    }

private:
    struct Reference {
        const std::type_info* type = nullptr;
        std::shared_ptr<void> object;
    };

    [[noreturn]] void throw_not_at_end() const;

    std::span<const std::byte> bytes_;
    std::size_t position_ = 0;
    std::vector<std::shared_ptr<detail::OwnedHandle>> handles_;
    std::size_t next_handle_ = 0;
    std::vector<Reference> references_;
    unsigned depth_ = 0;
};

}  // namespace spork
