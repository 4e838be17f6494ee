#include <spork/shareable_value.hpp>

#include <spork/error.hpp>

#include <optional>
#include <ostream>
#include <sstream>
#include <string_view>

namespace spork {

namespace {

constexpr std::string_view kinds[] = {"nothing", "a bool", "an integer", "a floating point number", "a text", "bytes"};

/// Booleans count as numbers.
std::optional<std::int64_t> integer_of(const ShareableValue& value) noexcept {
    if (const auto* truth = std::get_if<bool>(&value.variant())) {
        return *truth ? 1 : 0;
    }
    const auto* number = std::get_if<std::int64_t>(&value.variant());
    return number ? std::optional(*number) : std::nullopt;
}

bool equals(double real, std::int64_t integer) noexcept {
    // Not the other way round: large integers have no double of their own.
    constexpr double limit = 9223372036854775808.0;
    return real >= -limit && real < limit && static_cast<double>(static_cast<std::int64_t>(real)) == real &&
           static_cast<std::int64_t>(real) == integer;
}

void show(std::ostream& stream, std::string_view text, char quote) {
    stream << quote;
    for (const char letter : text) {
        const auto code = static_cast<unsigned char>(letter);
        if (letter == quote || letter == '\\') {
            stream << '\\' << letter;
        } else if (code < ' ' || code == 127) {
            constexpr std::string_view digits = "0123456789abcdef";
            stream << "\\x" << digits[code >> 4] << digits[code & 15];
        } else {
            stream << letter;
        }
    }
    stream << quote;
}

}  // namespace

void detail::throw_number_too_large() {
    throw UsageError("a number of a ShareableList has 64 bits with a sign; this one is larger");
}

// Not in the header: g++ 12 warns that parts of a variant may be uninitialised, wherever it sees one go.
ShareableValue::ShareableValue(const ShareableValue& other) = default;
ShareableValue::ShareableValue(ShareableValue&& other) noexcept = default;
ShareableValue& ShareableValue::operator=(const ShareableValue& other) = default;
ShareableValue& ShareableValue::operator=(ShareableValue&& other) noexcept = default;
ShareableValue::~ShareableValue() = default;

void ShareableValue::throw_other_kind() const {
    std::ostringstream text;
    text << "an item of a ShareableList is not what was asked for: it is " << kinds[index()] << ", " << *this;
    throw UsageError(text.str());
}

bool operator==(const ShareableValue& a, const ShareableValue& b) noexcept {
    const auto one = integer_of(a);
    const auto other = integer_of(b);
    if (one && other) {
        return *one == *other;
    }
    const auto* real = std::get_if<double>(&a.variant());
    const auto* other_real = std::get_if<double>(&b.variant());
    if (real && other) {
        return equals(*real, *other);
    }
    if (one && other_real) {
        return equals(*other_real, *one);
    }
    return a.variant() == b.variant();
}

std::ostream& operator<<(std::ostream& stream, const ShareableValue& value) {
    if (const auto* truth = std::get_if<bool>(&value.variant())) {
        return stream << (*truth ? "True" : "False");
    }
    if (const auto* number = std::get_if<std::int64_t>(&value.variant())) {
        return stream << *number;
    }
    if (const auto* real = std::get_if<double>(&value.variant())) {
        return stream << *real;
    }
    if (const auto* text = std::get_if<std::string>(&value.variant())) {
        show(stream, *text, '"');
        return stream;
    }
    if (const auto* bytes = std::get_if<std::vector<std::byte>>(&value.variant())) {
        stream << 'b';
        show(stream, {reinterpret_cast<const char*>(bytes->data()), bytes->size()}, '"');
        return stream;
    }
    return stream << "None";
}

}  // namespace spork
