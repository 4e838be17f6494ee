#pragma once

/// \file
/// How classes of the user's travel: cereal's conventions, plain aggregates, stateless callables, opted-in bytes.

#include <spork/archive.hpp>
#include <spork/type_identity.hpp>

#include <boost/pfr/core.hpp>
#include <boost/pfr/tuple_size.hpp>
#include <cereal/access.hpp>
#include <cereal/details/traits.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace spork {

/// Opts a trivially copyable type in: its bytes are what travels. Not for types that hold pointers or handles.
///
///     template <> inline constexpr bool spork::enable_transfer<Pixel> = true;
template <class T>
inline constexpr bool enable_transfer = false;

/// True for types whose Transfer is given elsewhere (an adapter for another library), so that the rules below stay away.
template <class T>
inline constexpr bool has_foreign_transfer = false;

namespace detail {

/// cereal::make_nvp(...) and cereal::base_class<Base>(this), as they occur in serialize functions.
template <class T>
concept NameValuePair = std::is_base_of_v<cereal::detail::NameValuePairCore, T>;
template <class T>
concept BaseClassWrapper = std::is_base_of_v<cereal::traits::detail::BaseCastBase, T>;
template <class T>
concept CerealWrapper = NameValuePair<T> || BaseClassWrapper<T>;

template <class T>
void save_wrapped(Writer& writer, const T& wrapper) {
    if constexpr (NameValuePair<T>) {
        writer.write(wrapper.value);
    } else {
        writer.write(*wrapper.base_ptr);
    }
}

template <class T>
void load_wrapped(Reader& reader, const T& wrapper) {
    if constexpr (NameValuePair<T>) {
        reader.read_into(const_cast<T&>(wrapper).value);
    } else {
        reader.read_into(*wrapper.base_ptr);
    }
}

template <class T>
concept SerializeMember =
    cereal::traits::has_member_serialize<T, Writer>::value && cereal::traits::has_member_serialize<T, Reader>::value;
template <class T>
concept SerializeFunction = cereal::traits::has_non_member_serialize<T, Writer>::value &&
                            cereal::traits::has_non_member_serialize<T, Reader>::value;
template <class T>
concept SaveLoadMember =
    cereal::traits::has_member_save<T, Writer>::value && cereal::traits::has_member_load<T, Reader>::value;
template <class T>
concept SaveLoadFunction =
    cereal::traits::has_non_member_save<T, Writer>::value && cereal::traits::has_non_member_load<T, Reader>::value;

/// Which of the rules below holds for a class; the first that fits.
enum class ClassForm { none, bytes, serialize_member, serialize_function, save_load_member, save_load_function, stateless,
                       aggregate };

template <class T>
constexpr ClassForm class_form() {
    if constexpr (!std::is_class_v<T> || has_foreign_transfer<T>) {
        return ClassForm::none;
    } else if constexpr (enable_transfer<T>) {
        static_assert(std::is_trivially_copyable_v<T>, "spork::enable_transfer<T> is for trivially copyable types only");
        return ClassForm::bytes;
    } else if constexpr (SerializeMember<T>) {
        return ClassForm::serialize_member;
    } else if constexpr (SaveLoadMember<T>) {
        return ClassForm::save_load_member;
    } else if constexpr (SaveLoadFunction<T>) {
        return ClassForm::save_load_function;
    } else if constexpr (SerializeFunction<T>) {
        return ClassForm::serialize_function;
    } else if constexpr (std::is_empty_v<T> && std::is_default_constructible_v<T> && std::is_trivially_copyable_v<T>) {
        return ClassForm::stateless;
    } else if constexpr (std::is_aggregate_v<T>) {
        return ClassForm::aggregate;
    } else {
        return ClassForm::none;
    }
}

// Outside of Transfer, whose members save and load would hide the user's functions.
template <class T>
void call_serialize_function(Writer& writer, const T& value) {
    CEREAL_SERIALIZE_FUNCTION_NAME(writer, const_cast<T&>(value));  // serialize is one function for both ways
}
template <class T>
void call_serialize_function(Reader& reader, T& value) {
    CEREAL_SERIALIZE_FUNCTION_NAME(reader, value);
}
template <class T>
void call_save_function(Writer& writer, const T& value) {
    CEREAL_SAVE_FUNCTION_NAME(writer, value);
}
template <class T>
void call_load_function(Reader& reader, T& value) {
    CEREAL_LOAD_FUNCTION_NAME(reader, value);
}

template <class T, std::size_t... I>
TypeList<std::remove_cv_t<boost::pfr::tuple_element_t<I, T>>...> fields_of(std::index_sequence<I...>);

}  // namespace detail

/// Trivially copyable types that opted in.
template <class T>
    requires(detail::class_form<T>() == detail::ClassForm::bytes)
struct Transfer<T> {
    static void save(Writer& writer, const T& value) { writer.write_bytes(&value, sizeof value); }
    static T load(Reader& reader) {
        alignas(T) std::byte storage[sizeof(T)];
        reader.read_bytes(storage, sizeof storage);
        return *reinterpret_cast<const T*>(storage);
    }
};

/// Classes with cereal's functions. They are default-constructed before they are loaded.
template <class T>
    requires(detail::class_form<T>() == detail::ClassForm::serialize_member ||
             detail::class_form<T>() == detail::ClassForm::serialize_function ||
             detail::class_form<T>() == detail::ClassForm::save_load_member ||
             detail::class_form<T>() == detail::ClassForm::save_load_function)
struct Transfer<T> {
    static void save(Writer& writer, const T& value) {
        constexpr auto form = detail::class_form<T>();
        auto depth = writer.nest();
        if constexpr (form == detail::ClassForm::serialize_member) {
            cereal::access::member_serialize(writer, const_cast<T&>(value));  // serialize is one function for both ways
        } else if constexpr (form == detail::ClassForm::serialize_function) {
            detail::call_serialize_function(writer, value);
        } else if constexpr (form == detail::ClassForm::save_load_member) {
            cereal::access::member_save(writer, value);
        } else {
            detail::call_save_function(writer, value);
        }
    }

    static T load(Reader& reader) {
        T value = make();
        load_into(reader, value);
        return value;
    }

    static void load_into(Reader& reader, T& value) {
        constexpr auto form = detail::class_form<T>();
        auto depth = reader.nest();
        if constexpr (form == detail::ClassForm::serialize_member) {
            cereal::access::member_serialize(reader, value);
        } else if constexpr (form == detail::ClassForm::serialize_function) {
            detail::call_serialize_function(reader, value);
        } else if constexpr (form == detail::ClassForm::save_load_member) {
            cereal::access::member_load(reader, value);
        } else {
            detail::call_load_function(reader, value);
        }
    }

private:
    static T make() {
        // A class with serialize or load needs a default constructor, which may be private with cereal::access as a friend.
        if constexpr (std::is_default_constructible_v<T>) {
            return T();
        } else {
            return *std::unique_ptr<T>(cereal::access::construct<T>());
        }
    }
};

/// Captureless lambdas and empty function objects.
template <class T>
    requires(detail::class_form<T>() == detail::ClassForm::stateless)
struct Transfer<T> {
    // One byte, so that a count of such values can be checked against the size of the message.
    static void save(Writer& writer, const T&) { writer.write_number(std::uint8_t{0}); }
    static T load(Reader& reader) {
        reader.read_number<std::uint8_t>();
        return T();
    }
};

/// Plain aggregates: field by field.
template <class T>
    requires(detail::class_form<T>() == detail::ClassForm::aggregate)
struct Transfer<T> {
    using components = decltype(detail::fields_of<T>(std::make_index_sequence<boost::pfr::tuple_size_v<T>>()));

    static void save(Writer& writer, const T& value) {
        auto depth = writer.nest();
        boost::pfr::for_each_field(value, [&writer](const auto& field) { writer.write(field); });
    }
    static T load(Reader& reader) {
        auto depth = reader.nest();
        return load_fields(reader, components{});
    }

private:
    template <class... Field>
    static T load_fields(Reader& reader, detail::TypeList<Field...>) {
        return T{reader.read<Field>()...};  // braces evaluate from left to right
    }
};

}  // namespace spork
