#pragma once

/// \file
/// Exceptions that were thrown in another process.

#include <spork/error.hpp>
#include <spork/export.hpp>
#include <spork/transferable.hpp>

#include <cstdint>
#include <exception>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <utility>

namespace spork {

/// RemoteTrace tells where an exception that came from another process was thrown. Every such exception has it beside its own
/// type:
///
///     } catch (const std::out_of_range& error) {
///         if (const auto* remote = dynamic_cast<const spork::RemoteTrace*>(&error)) {
///             std::cerr << remote->type() << " in process " << remote->pid() << '\n';
///
/// Python: the RemoteTraceback that is the cause of such an exception.
class SPORK_API RemoteTrace {
public:
    RemoteTrace(std::string type, std::string message, std::int64_t pid)
        : type_(std::move(type)), message_(std::move(message)), pid_(pid) {}
    virtual ~RemoteTrace();

    /// The exception's type there, as source code writes it.
    const std::string& type() const noexcept { return type_; }

    /// Its what().
    const std::string& message() const noexcept { return message_; }

    /// The process that threw it.
    std::int64_t pid() const noexcept { return pid_; }

private:
    std::string type_;
    std::string message_;
    std::int64_t pid_;
};

namespace detail {

/// What every exception has on its way.
struct SavedException {
    std::string type;  ///< for people
    std::string message;
    std::int64_t pid = 0;
    bool outer = false;  ///< the exception that is being handled is nested in it
};

/// An E that was thrown elsewhere: what() is what it was there.
template <class E>
class Remote : public E, public RemoteTrace {
public:
    Remote(E error, SavedException saved)
        : E(std::move(error)), RemoteTrace(std::move(saved.type), std::move(saved.message), saved.pid) {}
    const char* what() const noexcept override {
        if constexpr (std::is_same_v<E, RemoteError>) {
            return E::what();  // has the type in front
        } else {
            return message().c_str();
        }
    }
};

template <class E>
class RemoteOuter final : public Remote<E>, public std::nested_exception {
public:
    using Remote<E>::Remote;
};

template <class E>
std::exception_ptr make_remote(E error, SavedException saved) {
    if (saved.outer) {
        return std::make_exception_ptr(RemoteOuter<E>(std::move(error), std::move(saved)));
    }
    return std::make_exception_ptr(Remote<E>(std::move(error), std::move(saved)));
}

/// How one type of exception travels.
struct ExceptionRow {
    void (*save)(Writer& writer, const std::exception& error);
    std::exception_ptr (*load)(Reader& reader, SavedException saved);
};

SPORK_API void register_exception(const std::type_info& type, ExceptionRow row);

/// Writes the exception that is being handled, with those nested in it.
SPORK_API void save_current_exception(Writer& writer);
SPORK_API std::exception_ptr load_exception(Reader& reader);

}  // namespace detail

/// Lets exceptions of the type E, derived from std::exception, arrive in another process as what they are, not as a
/// RemoteError. E is Transferable, or can be made from a string, its what(). To be called in all processes, so before main:
///
///     const spork::ExceptionRegistration<MyError> my_error;
template <class E>
class ExceptionRegistration {
    static_assert(std::is_base_of_v<std::exception, E>,
                  "spork: only what derives from std::exception can be registered");

public:
    ExceptionRegistration() { detail::register_exception(typeid(E), {save, load}); }

private:
    static void save(Writer& writer, const std::exception& error) {
        if constexpr (Transferable<E>) {
            writer.write(dynamic_cast<const E&>(error));
        } else {
            static_assert(
                std::is_constructible_v<E, std::string>,
                "spork: give the exception class a serialize(Archive&), or a constructor that takes a string");
        }
    }
    static std::exception_ptr load(Reader& reader, detail::SavedException saved) {
        if constexpr (Transferable<E>) {
            return detail::make_remote(reader.read<E>(), std::move(saved));
        } else {
            std::string message = saved.message;
            return detail::make_remote(E(std::move(message)), std::move(saved));
        }
    }
};

}  // namespace spork
