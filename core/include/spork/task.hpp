#pragma once

/// \file
/// Calls as values: spork::bind, Task and fork_only.

#include <spork/callable.hpp>
#include <spork/entry.hpp>
#include <spork/export.hpp>
#include <spork/transferable.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace spork {

namespace detail {

/// A callable that is marked as never leaving this program's memory.
template <class F>
struct ForkOnly {
    F callable;
};

template <class T>
inline constexpr bool is_fork_only = false;
template <class F>
inline constexpr bool is_fork_only<ForkOnly<F>> = true;

/// A callable with its arguments, kept as the types of the parameters.
template <class F, class Passed, class Kept>
class CallBody;

template <class F, class... Passed, class... Value>
class CallBody<F, TypeList<Passed...>, TypeList<Value...>> final : public TaskBody {
public:
    using Result = std::invoke_result_t<F&, decltype(pass<Passed>(std::declval<Value&>(), true))...>;

    template <class... A>
    explicit CallBody(F callable, A&&... arguments)
        : callable_(std::move(callable)), values_(keep<Value>(std::forward<A>(arguments))...) {}

    void save(Writer& writer) const override {
        if constexpr ((Transferable<F> && ... && Transferable<Value>)) {
            writer.write(callable_);
            std::apply([&writer](const auto&... value) { (writer.write(value), ...); }, values_);
        }
    }

    static std::unique_ptr<TaskBody> load(Reader& reader) {
        auto callable = reader.read<F>();
        return std::unique_ptr<TaskBody>(
            new CallBody(Loaded(), std::move(callable), std::tuple<Value...>{reader.read<Value>()...}));
    }

    void run(void* result, bool last) override { call(result, last, std::index_sequence_for<Value...>()); }

private:
    struct Loaded {};
    CallBody(Loaded, F&& callable, std::tuple<Value...>&& values)
        : callable_(std::move(callable)), values_(std::move(values)) {}

    template <std::size_t... I>
    void call(void* result, bool last, std::index_sequence<I...>) {
        if constexpr (std::is_void_v<Result>) {
            std::invoke(callable_, pass<Passed>(std::get<I>(values_), last)...);
        } else if (result) {
            static_cast<std::optional<std::decay_t<Result>>*>(result)->emplace(
                std::invoke(callable_, pass<Passed>(std::get<I>(values_), last)...));
        } else {
            static_cast<void>(std::invoke(callable_, pass<Passed>(std::get<I>(values_), last)...));
        }
    }

    F callable_;
    std::tuple<Value...> values_;
};

template <class F, class Indices, class... A>
struct CallBodyFor;
template <class F, std::size_t... I, class... A>
struct CallBodyFor<F, std::index_sequence<I...>, A...> {
    using type =
        CallBody<F, TypeList<typename Kept<F, I, A>::passed...>, TypeList<typename Kept<F, I, A>::type...>>;
};

template <class F, class... A>
constexpr void check_call() {
    static_assert(!std::is_member_function_pointer_v<F>,
                  "spork: write spork::fn<&Class::method> for a member function; its object is the first argument");
    if constexpr (Parameters<F>::known) {
        static_assert(Parameters<F>::count == sizeof...(A), "spork: the target takes another number of arguments");
    }
}

template <class F, class... A>
using call_body = typename CallBodyFor<F, std::index_sequence_for<A...>, A...>::type;

/// A body and where its loader is; no entry when it can only be run by fork.
struct Target {
    std::shared_ptr<TaskBody> body;
    const Entry* entry = nullptr;
};

/// Writes entry and body. Throws TransferError for a fork_only body.
SPORK_API void write_target(Writer& writer, const Target& target);

/// Reads both. TransferError when the body's result is not of the type with the identity `result` (0 takes any).
SPORK_API Target read_target(Reader& reader, std::uint64_t result = 0);

template <class F, class... A>
Target make_target(F&& callable, A&&... arguments) {
    using Callable = std::decay_t<F>;
    if constexpr (is_fork_only<Callable>) {
        using Body = call_body<decltype(callable.callable), A...>;
        return {std::make_shared<Body>(std::forward<F>(callable).callable, std::forward<A>(arguments)...), nullptr};
    } else {
        check_call<Callable, A...>();
        require_transferable<Callable>();
        using Body = call_body<Callable, A...>;
        []<class P, class... Value>(std::type_identity<CallBody<Callable, P, TypeList<Value...>>>) {
            (require_transferable<Value>(), ...);
        }(std::type_identity<Body>());
        return {std::make_shared<Body>(std::forward<F>(callable), std::forward<A>(arguments)...),
                &EntryOf<Body>::entry};
    }
}

}  // namespace detail

/// Opts in to any callable, captures, pointers and all, for StartMethod::fork alone. Starting it with another method is
/// a UsageError.
template <class F>
detail::ForkOnly<std::decay_t<F>> fork_only(F&& callable) {
    return {std::forward<F>(callable)};
}

/// Task is a call with its arguments that yields an R; it can be passed, sent and called in another process.
///
///     spork::Task<int> task = spork::bind(add, 2, 3);
///     connection.send(task);                            // the other side: connection.recv<spork::Task<int>>()()
///
/// Copies share the arguments. Threads: call it from one at a time.
template <class R>
class Task {
public:
    Task() = default;
    explicit Task(detail::Target target) : target_(std::move(target)) {}

    explicit operator bool() const noexcept { return target_.body != nullptr; }

    /// Runs the call here. Throws UsageError when the task is empty. Arguments that cannot be copied are gone afterwards.
    R operator()() const {
        if (!target_.body) {
            throw UsageError("cannot call an empty spork::Task: make one with spork::bind(function, arguments...)");
        }
        if constexpr (std::is_void_v<R>) {
            target_.body->run(nullptr, false);
        } else {
            std::optional<R> result;
            target_.body->run(&result, false);
            return std::move(*result);
        }
    }

    const detail::Target& target() const noexcept { return target_; }

private:
    detail::Target target_;
};

/// A call of `callable` with these arguments, as a value. Arguments are converted to the parameter types now.
template <class F, class... A>
auto bind(F&& callable, A&&... arguments) {
    using Body = detail::call_body<std::decay_t<F>, A...>;
    return Task<std::decay_t<typename Body::Result>>(
        detail::make_target(std::forward<F>(callable), std::forward<A>(arguments)...));
}

template <class R>
struct Transfer<Task<R>> {
    static constexpr std::string_view tag = "task";
    using components = detail::TypeList<std::conditional_t<std::is_void_v<R>, std::monostate, R>>;

    static void save(Writer& writer, const Task<R>& value) {
        writer.write(static_cast<bool>(value));
        if (value) {
            detail::write_target(writer, value.target());
        }
    }
    static Task<R> load(Reader& reader) {
        return reader.read<bool>() ? Task<R>(detail::read_target(reader, detail::result_identity<R>)) : Task<R>();
    }
};

}  // namespace spork
