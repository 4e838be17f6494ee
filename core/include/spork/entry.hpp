#pragma once

/// \file
/// Function identity: how code is named between processes of one program. See docs/function-identity.md.

#include <spork/archive.hpp>
#include <spork/export.hpp>
#include <spork/type_identity.hpp>

#include <cstdint>
#include <memory>
#include <type_traits>
#include <variant>

namespace spork {
namespace detail {

/// What a process or a task runs: a callable with its arguments.
class SPORK_API TaskBody {
public:
    virtual ~TaskBody() = default;

    /// Writes callable and arguments, for the loader of the body's entry.
    virtual void save(Writer& writer) const = 0;

    /// Runs it. `result` points to an std::optional of the result type, or is null when the result is dropped.
    /// `last` says that the arguments are not needed again and may be moved from.
    virtual void run(void* result, bool last) = 0;
};

using Loader = std::unique_ptr<TaskBody> (*)(Reader& reader);

/// One row of its image's table of callable code. Naming EntryOf<Body>::entry puts the row into the table at static
/// initialisation; a process calls nothing that a message names unless it is in this table.
class SPORK_API Entry {
public:
    Entry(Loader loader, std::uint64_t result) noexcept;
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    ~Entry();

    Loader loader() const noexcept { return loader_; }

    /// The identity of the type that the body yields.
    std::uint64_t result() const noexcept { return result_; }

private:
    friend const Entry* find_entry(const void* loader) noexcept;

    Loader loader_;
    std::uint64_t result_;
    Entry* next_ = nullptr;
    Entry* previous_ = nullptr;
};

template <class R>
inline constexpr std::uint64_t result_identity = type_identity<std::conditional_t<std::is_void_v<R>, std::monostate, R>>;

template <class Body>
struct EntryOf {
    static std::unique_ptr<TaskBody> load(Reader& reader) { return Body::load(reader); }
    static inline Entry entry{&load, result_identity<std::decay_t<typename Body::Result>>};
};

/// Writes the position of an entry, or of any function with the identity of its type; both are sealed with the key of
/// this family of processes, so that no other bytes name code.
SPORK_API void write_entry(Writer& writer, const Entry& entry);
SPORK_API void write_code(Writer& writer, const void* code, std::uint64_t type);

/// Resolves it here. TransferError: unknown image, another build, a position that is not in the table, a broken seal.
SPORK_API const Entry& read_entry(Reader& reader);
SPORK_API const void* read_code(Reader& reader, std::uint64_t type);

}  // namespace detail

/// Functions travel as a position in the image they are in.
template <class R, class... P, bool NoExcept>
struct Transfer<R (*)(P...) noexcept(NoExcept)> {
    using Function = R (*)(P...) noexcept(NoExcept);
    using components = detail::TypeList<>;

    static void save(Writer& writer, Function value) {
        detail::write_code(writer, reinterpret_cast<const void*>(value), type_identity<Function>);
    }
    static Function load(Reader& reader) {
        return reinterpret_cast<Function>(const_cast<void*>(detail::read_code(reader, type_identity<Function>)));
    }
};

}  // namespace spork
