#include "list_layout.hpp"

#include <spork/error.hpp>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>
#include <optional>
#include <string_view>

namespace spork::detail {

namespace {

constexpr std::size_t unit = 8;
constexpr std::uint64_t tail_magic = 0x7369'6c5f'6b70'7301;

/// Codes of CPython's.
constexpr std::byte code_number{0};
constexpr std::byte code_text{1};
constexpr std::byte code_bytes{2};
constexpr std::byte code_none{3};

constexpr std::string_view format_integer = "q";
constexpr std::string_view format_double = "d";
constexpr std::string_view format_bool = "xxxxxxx?";
constexpr std::string_view format_none = "xxxxxx?x";

template <class T>
T number_at(std::span<const std::byte> block, std::size_t at) noexcept {
    T number;
    std::memcpy(&number, block.data() + at, sizeof number);
    return number;
}

template <class T>
void put_number(std::span<std::byte> block, std::size_t at, T number) noexcept {
    std::memcpy(block.data() + at, &number, sizeof number);
}

[[noreturn]] void throw_no_list(const std::string& why) {
    throw TransferError("this shared memory holds no ShareableList: " + why);
}

/// Text and bytes as they lie in memory; nothing for other values.
std::optional<std::span<const std::byte>> content_of(const ShareableValue& value) noexcept {
    if (const auto* text = std::get_if<std::string>(&value.variant())) {
        return std::as_bytes(std::span(*text));
    }
    if (const auto* bytes = std::get_if<std::vector<std::byte>>(&value.variant())) {
        return std::span(*bytes);
    }
    return std::nullopt;
}

std::string format_of(const ShareableValue& value, std::size_t room) {
    switch (value.index()) {
        case 0:
            return std::string(format_none);
        case 1:
            return std::string(format_bool);
        case 2:
            return std::string(format_integer);
        case 3:
            return std::string(format_double);
        default:
            return std::to_string(room) + "s";
    }
}

std::byte code_of(const ShareableValue& value) noexcept {
    switch (value.index()) {
        case 0:
            return code_none;
        case 4:
            return code_text;
        case 5:
            return code_bytes;
        default:
            return code_number;
    }
}

/// FNV-1a, and never zero.
std::uint32_t checksum(std::span<const std::byte> bytes) noexcept {
    std::uint32_t sum = 2166136261;
    for (const std::byte byte : bytes) {
        sum = (sum ^ std::to_integer<std::uint32_t>(byte)) * 16777619;
    }
    return sum == 0 ? 1 : sum;
}

std::size_t length_without_zeros(std::span<const std::byte> bytes) noexcept {
    std::size_t length = bytes.size();
    while (length != 0 && bytes[length - 1] == std::byte{0}) {
        --length;
    }
    return length;
}

}  // namespace

ListLayout::ListLayout(const std::vector<ShareableValue>& values) : offsets{0}, has_tail(true) {
    for (const ShareableValue& value : values) {
        const auto content = content_of(value);
        const std::size_t room = content ? unit * (content->size() / unit + 1) : unit;
        if (format_of(value, room).size() > unit) {
            throw UsageError("a text or bytes of " + std::to_string(content->size()) +
                             " bytes are too long for a ShareableList: 10 MB are the limit");
        }
        offsets.push_back(offsets.back() + room);
    }
}

ListLayout::ListLayout(std::span<const std::byte> block) : offsets{0}, has_tail(false) {
    if (block.size() < 2 * unit) {
        throw_no_list("it has " + std::to_string(block.size()) + " bytes");
    }
    const auto items = number_at<std::uint64_t>(block, 0);
    // Number, offset, room, format and code of each item.
    if (items > (block.size() - 2 * unit) / (3 * unit + 1)) {
        throw_no_list("it cannot hold " + std::to_string(items) + " items");
    }
    for (std::size_t item = 1; item <= items; ++item) {
        const auto end = number_at<std::uint64_t>(block, unit * (item + 1));
        if (end < offsets.back() + unit || end > block.size() || end % unit != 0) {
            throw_no_list("item " + std::to_string(item - 1) + " ends where it cannot");
        }
        offsets.push_back(static_cast<std::size_t>(end));
    }
    if (size() > block.size()) {
        throw_no_list("its items do not fit into it");
    }
    has_tail = block.size() >= tail() + tail_size() && number_at<std::uint64_t>(block, tail()) == tail_magic;
}

void ListLayout::write_frame(std::span<std::byte> block) const {
    put_number<std::uint64_t>(block, 0, count());
    for (std::size_t item = 0; item <= count(); ++item) {
        put_number<std::uint64_t>(block, unit * (item + 1), offsets[item]);
    }
    put_number(block, tail(), tail_magic);
}

bool ListLayout::write(std::span<std::byte> block, std::size_t item, const ShareableValue& value) const {
    const auto content = content_of(value);
    if (content && content->size() > room_of(item)) {
        return false;
    }
    const auto room = block.subspan(data_at(item), room_of(item));
    std::ranges::fill(room, std::byte{0});
    if (content) {
        std::ranges::copy(*content, room.begin());
    } else if (const auto* number = std::get_if<std::int64_t>(&value.variant())) {
        put_number(block, data_at(item), *number);
    } else if (const auto* real = std::get_if<double>(&value.variant())) {
        put_number(block, data_at(item), *real);
    } else if (const auto* truth = std::get_if<bool>(&value.variant())) {
        room[unit - 1] = std::byte{*truth};
    }
    char format[unit] = {};
    const std::string text = format_of(value, room.size());
    std::ranges::copy(text, format);
    std::memcpy(block.data() + format_at(item), format, unit);
    block[code_at(item)] = code_of(value);
    if (has_tail) {
        const bool zeros = content && !content->empty() && content->back() == std::byte{0};
        const std::uint64_t note = zeros ? std::uint64_t{checksum(room)} << 32 | content->size() : 0;
        put_number(block, tail() + unit * (item + 1), note);
    }
    return true;
}

std::string ListLayout::format(std::span<const std::byte> block, std::size_t item) const {
    const auto* text = reinterpret_cast<const char*>(block.data() + format_at(item));
    return {text, std::find(text, text + unit, '\0')};
}

ShareableValue ListLayout::read(std::span<const std::byte> block, std::size_t item) const {
    const std::string text = format(block, item);
    const std::size_t at = data_at(item);
    if (text == format_integer) {
        return number_at<std::int64_t>(block, at);
    }
    if (text == format_double) {
        return number_at<double>(block, at);
    }
    if (text == format_bool) {
        return block[at + unit - 1] != std::byte{0};
    }
    if (text == format_none) {
        return nullptr;
    }
    std::size_t length = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), length);
    const std::byte code = block[code_at(item)];
    if (parsed.ec != std::errc() || std::string_view(parsed.ptr) != "s" || length > room_of(item) ||
        (code != code_text && code != code_bytes)) {
        throw TransferError("item " + std::to_string(item) + " of a ShareableList is no value that could be read: \"" +
                            text + "\"");
    }
    // A copy first: another process may be writing.
    std::vector<std::byte> bytes(block.begin() + static_cast<std::ptrdiff_t>(at),
                                 block.begin() + static_cast<std::ptrdiff_t>(at + length));
    std::size_t used = length_without_zeros(bytes);
    if (has_tail) {
        const auto note = number_at<std::uint64_t>(block, tail() + unit * (item + 1));
        const auto noted = static_cast<std::uint32_t>(note);
        if (note != 0 && length == room_of(item) && noted >= used && noted <= length && note >> 32 == checksum(bytes)) {
            used = noted;
        }
    }
    bytes.resize(used);
    if (code == code_bytes) {
        return bytes;
    }
    return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

}  // namespace spork::detail
