#pragma once

/// \file
/// How numbers, strings, times, paths, tuples, alternatives and smart pointers of the standard library travel.

#include <spork/archive.hpp>
#include <spork/transfer_class.hpp>
#include <spork/transfer_containers.hpp>

#include <array>
#include <chrono>
#include <complex>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <ratio>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace spork {

template <class T>
    requires std::is_arithmetic_v<T>
struct Transfer<T> {
    static void save(Writer& writer, T value) {
        if constexpr (std::is_same_v<T, bool>) {
            writer.write_number(static_cast<std::uint8_t>(value));
        } else {
            writer.write_number(value);
        }
    }
    static T load(Reader& reader) {
        if constexpr (std::is_same_v<T, bool>) {
            const auto value = reader.read_number<std::uint8_t>();
            if (value > 1) {
                detail::throw_corrupt("a bool that is neither true nor false");
            }
            return value == 1;
        } else {
            return reader.read_number<T>();
        }
    }
};

template <class T>
    requires std::is_enum_v<T>
struct Transfer<T> {
    static void save(Writer& writer, T value) { writer.write_number(static_cast<std::underlying_type_t<T>>(value)); }
    static T load(Reader& reader) { return static_cast<T>(reader.read_number<std::underlying_type_t<T>>()); }
};

template <class T>
struct Transfer<std::complex<T>> {
    static constexpr std::string_view tag = "complex";
    using components = detail::TypeList<T>;
    static void save(Writer& writer, const std::complex<T>& value) { writer(value.real(), value.imag()); }
    static std::complex<T> load(Reader& reader) {
        T real = reader.read<T>();
        T imaginary = reader.read<T>();
        return {real, imaginary};
    }
};

template <class Rep, class Period>
struct Transfer<std::chrono::duration<Rep, Period>> {
    static constexpr std::string_view tag = "duration";
    using components = detail::TypeList<Rep, Period>;
    static void save(Writer& writer, std::chrono::duration<Rep, Period> value) { writer(value.count()); }
    static std::chrono::duration<Rep, Period> load(Reader& reader) {
        return std::chrono::duration<Rep, Period>(reader.read<Rep>());
    }
};

/// A part of a duration's type, named for its identity; never a value.
template <std::intmax_t Numerator, std::intmax_t Denominator>
struct Transfer<std::ratio<Numerator, Denominator>> {
    static void save(Writer&, std::ratio<Numerator, Denominator>) {}
    static std::ratio<Numerator, Denominator> load(Reader&) { return {}; }
};

template <class Clock, class Duration>
struct Transfer<std::chrono::time_point<Clock, Duration>> {
    static void save(Writer& writer, const std::chrono::time_point<Clock, Duration>& value) {
        writer(value.time_since_epoch());
    }
    static std::chrono::time_point<Clock, Duration> load(Reader& reader) {
        return std::chrono::time_point<Clock, Duration>(reader.read<Duration>());
    }
};

template <>
struct Transfer<std::filesystem::path> {
    static constexpr std::string_view tag = "path";
    using components = detail::TypeList<>;
    static void save(Writer& writer, const std::filesystem::path& value) { writer(value.u8string()); }
    static std::filesystem::path load(Reader& reader) {
        const auto text = reader.read<std::u8string>();
        try {
            return std::filesystem::path(text);
        } catch (const std::exception&) {  // where paths are UTF-16, not every sequence of bytes is one
            detail::throw_corrupt("a path that is not valid UTF-8");
        }
    }
};

template <>
struct Transfer<std::monostate> {
    static constexpr std::string_view tag = "monostate";
    using components = detail::TypeList<>;
    static void save(Writer& writer, std::monostate) { writer.write_number(std::uint8_t{0}); }
    static std::monostate load(Reader& reader) {
        reader.read_number<std::uint8_t>();
        return {};
    }
};

template <class T>
struct Transfer<std::optional<T>> {
    static constexpr std::string_view tag = "optional";
    using components = detail::TypeList<T>;
    static void save(Writer& writer, const std::optional<T>& value) {
        writer(value.has_value());
        if (value) {
            writer(*value);
        }
    }
    static std::optional<T> load(Reader& reader) {
        if (!reader.read<bool>()) {
            return std::nullopt;
        }
        return std::optional<T>(reader.read<T>());
    }
};

template <class... T>
struct Transfer<std::variant<T...>> {
    static constexpr std::string_view tag = "variant";
    using components = detail::TypeList<T...>;
    static void save(Writer& writer, const std::variant<T...>& value) {
        if (value.valueless_by_exception()) {
            throw TransferError("cannot send a std::variant that is valueless by exception: give it a value first");
        }
        writer.write_number(static_cast<std::uint32_t>(value.index()));
        std::visit([&writer](const auto& alternative) { writer(alternative); }, value);
    }
    static std::variant<T...> load(Reader& reader) {
        const auto index = reader.read_number<std::uint32_t>();
        if (index >= sizeof...(T)) {
            detail::throw_corrupt("a variant's alternative that does not exist");
        }
        return load_alternative<0>(reader, index);
    }

private:
    template <std::size_t I>
    static std::variant<T...> load_alternative(Reader& reader, std::size_t index) {
        if constexpr (I + 1 < sizeof...(T)) {
            if (index != I) {
                return load_alternative<I + 1>(reader, index);
            }
        }
        return std::variant<T...>(std::in_place_index<I>,
                                  reader.read<std::variant_alternative_t<I, std::variant<T...>>>());
    }
};

template <class First, class Second>
struct Transfer<std::pair<First, Second>> {
    static constexpr std::string_view tag = "pair";
    using components = detail::TypeList<std::remove_const_t<First>, std::remove_const_t<Second>>;
    static void save(Writer& writer, const std::pair<First, Second>& value) { writer(value.first, value.second); }
    static std::pair<First, Second> load(Reader& reader) {
        return std::pair<First, Second>{reader.read<std::remove_const_t<First>>(),
                                        reader.read<std::remove_const_t<Second>>()};
    }
};

template <class... T>
struct Transfer<std::tuple<T...>> {
    static constexpr std::string_view tag = "tuple";
    using components = detail::TypeList<T...>;
    static void save(Writer& writer, const std::tuple<T...>& value) {
        std::apply([&writer](const auto&... element) { writer(element...); }, value);
    }
    static std::tuple<T...> load(Reader& reader) {
        return std::tuple<T...>{reader.read<T>()...};  // braces evaluate from left to right
    }
};

template <class T>
struct Transfer<std::unique_ptr<T>> {
    static constexpr std::string_view tag = "unique_ptr";
    using components = detail::TypeList<T>;
    static void save(Writer& writer, const std::unique_ptr<T>& value) {
        auto depth = writer.nest();
        writer(static_cast<bool>(value));
        if (value) {
            writer(*value);
        }
    }
    static std::unique_ptr<T> load(Reader& reader) {
        auto depth = reader.nest();
        if (!reader.read<bool>()) {
            return nullptr;
        }
        return std::make_unique<T>(reader.read<T>());
    }
};

/// Within one message, pointers that share an object share it again on the other side.
template <class T>
struct Transfer<std::shared_ptr<T>> {
    static constexpr std::string_view tag = "shared_ptr";
    using components = detail::TypeList<std::remove_const_t<T>>;
    static void save(Writer& writer, const std::shared_ptr<T>& value) {
        auto depth = writer.nest();
        if (writer.write_reference(value.get())) {
            writer(*value);
        }
    }
    static std::shared_ptr<T> load(Reader& reader) {
        using Value = std::remove_const_t<T>;
        auto depth = reader.nest();
        std::uint32_t number = 0;
        if (std::shared_ptr<void> known = reader.read_reference(typeid(Value), number)) {
            return std::static_pointer_cast<Value>(known);
        }
        if (number == 0) {
            return nullptr;
        }
        auto object = std::make_shared<Value>(reader.read<Value>());
        reader.keep_reference(number, typeid(Value), object);
        return object;
    }
};

}  // namespace spork
