#pragma once

/// \file
/// What can be called in another process, and what its parameters are.

#include <spork/entry.hpp>
#include <spork/transferable.hpp>

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace spork {

/// A function or member function as a value that travels; for member functions the object is the first argument.
///
///     spork::Process p(spork::fn<&Counter::add>, counter, 5);
template <auto F>
struct Function {
    template <class... A>
    decltype(auto) operator()(A&&... arguments) const {
        return std::invoke(F, std::forward<A>(arguments)...);
    }
};

template <auto F>
inline constexpr Function<F> fn{};

namespace detail {

/// The parameter types of a callable, where it has one set of them.
template <class F>
struct Parameters {
    static constexpr bool known = false;
};

template <class... P>
struct KnownParameters {
    static constexpr bool known = true;
    static constexpr std::size_t count = sizeof...(P);
    template <std::size_t I>
    using parameter = typename std::tuple_element_t<I, std::tuple<std::type_identity<P>...>>::type;
};

template <class R, class... P, bool N>
struct Parameters<R (*)(P...) noexcept(N)> : KnownParameters<P...> {};

template <class Member>
struct CallOperator {
    static constexpr bool known = false;
};
template <class R, class C, class... P, bool N>
struct CallOperator<R (C::*)(P...) noexcept(N)> : KnownParameters<P...> {
    using method = KnownParameters<C&, P...>;
};
template <class R, class C, class... P, bool N>
struct CallOperator<R (C::*)(P...) const noexcept(N)> : KnownParameters<P...> {
    using method = KnownParameters<const C&, P...>;
};

template <class F>
    requires requires { &F::operator(); }
struct Parameters<F> : CallOperator<decltype(&F::operator())> {};

template <auto F>
    requires std::is_pointer_v<decltype(F)>
struct Parameters<Function<F>> : Parameters<std::remove_cv_t<decltype(F)>> {};
template <auto F>
    requires std::is_member_function_pointer_v<decltype(F)>
struct Parameters<Function<F>> : CallOperator<std::remove_cv_t<decltype(F)>>::method {};

/// What is kept of an argument until the call: a value of the parameter's type. Views are kept as what they view.
template <class T>
struct Owning {
    using type = T;
};
template <class Char, class Traits>
struct Owning<std::basic_string_view<Char, Traits>> {
    using type = std::basic_string<Char, Traits>;
};
template <class T, std::size_t N>
struct Owning<std::span<T, N>> {
    using type = std::vector<std::remove_cv_t<T>>;
};
template <>
struct Owning<const char*> {
    using type = std::string;
};
template <>
struct Owning<char*> {
    using type = std::string;
};

/// Where the parameters are not known (a generic or overloaded callable) it sees the kept value itself, or is given a
/// value that cannot be copied.
template <class F, std::size_t I, class Argument>
struct Kept {
    using type = typename Owning<std::decay_t<Argument>>::type;
    using passed = std::conditional_t<std::is_copy_constructible_v<type>, type&, type>;
};

/// A parameter that is itself a raw pointer stays one here, so that the error names it.
template <class F, std::size_t I, class Argument>
    requires(Parameters<F>::known)
struct Kept<F, I, Argument> {
    using passed = typename Parameters<F>::template parameter<I>;
    using value = std::remove_cvref_t<passed>;
    using type = typename std::conditional_t<std::is_pointer_v<value>, std::type_identity<value>, Owning<value>>::type;
};

template <class T, class Argument>
T keep(Argument&& argument) {
    if constexpr (std::is_convertible_v<Argument&&, T>) {
        return std::forward<Argument>(argument);
    } else if constexpr (requires { T(argument.begin(), argument.end()); }) {
        return T(argument.begin(), argument.end());
    } else {
        static_assert(std::is_constructible_v<T, Argument&&>,
                      "spork: an argument cannot be converted to the type of the target's parameter");
        return T(std::forward<Argument>(argument));
    }
}

/// Gives a kept value to a parameter: references see the kept value itself, values are moved out of it the last time.
template <class Passed, class Value>
decltype(auto) pass(Value& value, bool last) {
    if constexpr (std::is_lvalue_reference_v<Passed>) {
        return (value);
    } else if constexpr (std::is_copy_constructible_v<Value>) {
        return last ? Value(std::move(value)) : Value(value);
    } else {
        return Value(std::move(value));
    }
}

}  // namespace detail
}  // namespace spork
