#pragma once

/// \file
/// Namespace-scope variables that children receive.

#include <spork/export.hpp>
#include <spork/transferable.hpp>

#include <utility>

namespace spork {

namespace detail {

/// One row of the list of all Globals in this process.
class SPORK_API GlobalBase {
public:
    GlobalBase(const GlobalBase&) = delete;
    GlobalBase& operator=(const GlobalBase&) = delete;

    virtual void save(Writer& writer) const = 0;
    virtual void load(Reader& reader) = 0;
    virtual std::uint64_t type() const noexcept = 0;

    GlobalBase* next() const noexcept { return next_; }

protected:
    GlobalBase() noexcept;
    ~GlobalBase();

private:
    GlobalBase* next_ = nullptr;
    GlobalBase* previous_ = nullptr;
};

}  // namespace detail

/// Global is a variable at namespace scope that every child receives: the parent's value at start() for plain data, the
/// same shared object for a handle, under every start method. A plain C++ global starts with its initial value in a
/// spawned child; this one does not.
///
///     spork::Global<int> verbosity{0};
///     ...
///     if (*verbosity > 1) ...
///
/// Threads: as the value itself; start() reads it.
template <class T>
class Global final : public detail::GlobalBase {
public:
    template <class... A>
    explicit Global(A&&... arguments) : value_{std::forward<A>(arguments)...} {
        detail::require_transferable<T>();
    }

    T& get() noexcept { return value_; }
    const T& get() const noexcept { return value_; }
    T& operator*() noexcept { return value_; }
    const T& operator*() const noexcept { return value_; }
    T* operator->() noexcept { return &value_; }
    const T* operator->() const noexcept { return &value_; }
    operator T&() noexcept { return value_; }
    operator const T&() const noexcept { return value_; }

    Global& operator=(T value) {
        value_ = std::move(value);
        return *this;
    }

private:
    void save(Writer& writer) const override { writer.write(value_); }
    void load(Reader& reader) override { value_ = reader.read<T>(); }
    std::uint64_t type() const noexcept override { return type_identity<T>; }

    T value_;
};

}  // namespace spork
