#pragma once

/// \file
/// How Qt's types travel: everything with QDataStream operators, QVariant included.

#include <spork/export_qt.hpp>
#include <spork/transferable.hpp>

#include <QtCore/QByteArray>
#include <QtCore/QDataStream>
#include <QtCore/QIODevice>

#include <cstddef>
#include <type_traits>

namespace spork {

namespace detail {

/// Types that stream themselves and that spork has no rule of its own for. What QDataStream streams as a built-in
/// number, or through a pointer, does not count.
template <class T>
concept QtStreamable = std::is_class_v<T> && std::is_default_constructible_v<T> &&
                       requires(QDataStream& stream, T& value, const T& constant) {
                           { stream << constant } -> std::same_as<QDataStream&>;
                           { stream >> value } -> std::same_as<QDataStream&>;
                       } && !requires { Transfer<T>::tag; };

/// Throws TransferError when the stream is not in order after writing or reading a value of that type.
SPORK_QT_API void check_stream(const QDataStream& stream, std::string_view type, bool writing);

/// The format of all streams: the running Qt's own, since both sides are the same build.
SPORK_QT_API void prepare_stream(QDataStream& stream);

}  // namespace detail

template <detail::QtStreamable T>
inline constexpr bool has_foreign_transfer<T> = true;

template <detail::QtStreamable T>
struct Transfer<T> {
    static void save(Writer& writer, const T& value) {
        QByteArray bytes;
        QDataStream stream(&bytes, QIODevice::WriteOnly);
        detail::prepare_stream(stream);
        stream << value;
        detail::check_stream(stream, type_name<T>, true);
        writer.write_size(static_cast<std::size_t>(bytes.size()));
        writer.write_bytes(bytes.constData(), static_cast<std::size_t>(bytes.size()));
    }

    static T load(Reader& reader) {
        const std::size_t size = reader.read_size();
        const auto raw = reader.take(size);
        const QByteArray bytes =
            QByteArray::fromRawData(reinterpret_cast<const char*>(raw.data()), static_cast<qsizetype>(raw.size()));
        QDataStream stream(bytes);
        detail::prepare_stream(stream);
        T value;
        stream >> value;
        detail::check_stream(stream, type_name<T>, false);
        return value;
    }
};

}  // namespace spork
