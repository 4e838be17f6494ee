#pragma once

/// \file
/// What Array and RawArray have in common: all but the lock.

#include <spork/export.hpp>
#include <spork/shared_elements.hpp>
#include <spork/type_identity.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace spork::detail {

[[noreturn]] SPORK_API void throw_negative_count(std::intmax_t count);
[[noreturn]] SPORK_API void throw_index(std::size_t index, std::size_t size);
[[noreturn]] SPORK_API void throw_other_size(std::size_t given, std::size_t size);
[[noreturn]] SPORK_API void throw_text_too_long(std::size_t given, std::size_t size);

template <class T>
concept Character = std::same_as<T, char> || std::same_as<T, wchar_t> || std::same_as<T, char8_t> ||
                    std::same_as<T, char16_t> || std::same_as<T, char32_t>;

template <class N>
concept ElementCount = std::integral<N> && !std::same_as<N, bool> && !Character<N>;

/// Text for an array of characters: a literal counts without its zero.
template <class R, class T>
concept TextFor = Character<T> && std::convertible_to<R, std::basic_string_view<T>>;

template <class R, class T>
concept RangeFor = TextFor<R, T> || (std::ranges::input_range<R> && std::ranges::sized_range<R> &&
                                     std::convertible_to<std::ranges::range_reference_t<R>, T>);

/// What a `Self` can be made of that is not a Self already.
template <class R, class Self, class T>
concept ElementsFor = !std::same_as<std::remove_cvref_t<R>, Self> && RangeFor<R, T>;

template <class T, class Self>
class SharedArray : public SharedElements {
    static_assert(require_shareable<T>());

public:
    using value_type = T;

    /// What value() gives: a string of characters, a vector of everything else.
    using Copy = typename std::conditional_t<Character<T>, std::type_identity<std::basic_string<T>>,
                                             std::type_identity<std::vector<T>>>::type;

    std::size_t size() const noexcept { return count(); }
    bool empty() const noexcept { return count() == 0; }

    /// All elements where they lie.
    std::span<T> get_obj() const { return {data(), size()}; }
    T* data() const { return static_cast<T*>(SharedElements::data()); }
    T* begin() const { return data(); }
    T* end() const { return data() + size(); }

    /// Throws UsageError when there is no such element.
    T& operator[](std::size_t index) const {
        if (index >= size()) {
            throw_index(index, size());
        }
        return data()[index];
    }
    T& at(std::size_t index) const { return (*this)[index]; }

    /// The elements from `from` until before `to`, or as many of them as there are.
    std::span<T> slice(std::size_t from, std::size_t to = std::dynamic_extent) const {
        const std::size_t last = std::min(to, size());
        const std::size_t first = std::min(from, last);
        return get_obj().subspan(first, last - first);
    }

    /// A copy of all elements. Of characters: those before the first zero, as a string.
    Copy value() const {
        const auto held = hold();
        if constexpr (Character<T>) {
            return Copy(begin(), std::find(begin(), end(), T()));
        } else {
            return Copy(begin(), end());
        }
    }

    /// Replaces all elements by as many others. A text may be shorter: a zero is put behind it, and what follows stays
    /// as it was. Throws UsageError when they do not fit.
    template <RangeFor<T> R = std::initializer_list<T>>
    void set_value(R&& elements) const {
        if constexpr (TextFor<R, T>) {
            const std::basic_string_view<T> text(elements);
            if (text.size() > size()) {
                throw_text_too_long(text.size(), size());
            }
            const auto held = hold();
            T* const rest = std::copy(text.begin(), text.end(), begin());
            if (rest != end()) {
                *rest = T();
            }
        } else {
            if (!std::cmp_equal(std::ranges::size(elements), size())) {
                throw_other_size(static_cast<std::size_t>(std::ranges::size(elements)), size());
            }
            const auto held = hold();
            std::ranges::copy(elements, begin());
        }
    }

    /// A copy of all characters, whatever they are.
    std::basic_string<T> raw() const
        requires Character<T>
    {
        const auto held = hold();
        return {begin(), end()};
    }

protected:
    template <ElementCount N>
    SharedArray(N count, const LockChoice& lock) : SharedElements(kind(), checked(count), lock) {
        static_assert(std::default_initializable<T>, "spork: elements of this type T need initial values");
        // Others are what the memory is: zero, and not touched yet.
        if constexpr (!std::is_trivially_default_constructible_v<T>) {
            std::uninitialized_value_construct(begin(), end());
        }
    }

    template <RangeFor<T> R>
        requires(!TextFor<R, T>)
    SharedArray(R&& elements, const LockChoice& lock)
        : SharedElements(kind(), checked(std::ranges::size(elements)), lock) {
        std::ranges::uninitialized_copy(elements, get_obj());
    }

    template <TextFor<T> R>
    SharedArray(const R& text, const LockChoice& lock)
        : SharedArray(std::span(std::basic_string_view<T>(text)), lock) {}

    explicit SharedArray(Reader& reader) : SharedElements(kind(), reader) {}

private:
    static Kind kind() noexcept { return {type_name<Self>, spork::type_identity<Self>, sizeof(T), false}; }

    template <class N>
    static std::size_t checked(N count) {
        if (std::cmp_less(count, 0)) {
            throw_negative_count(static_cast<std::intmax_t>(count));
        }
        return std::in_range<std::size_t>(count) ? static_cast<std::size_t>(count) : SIZE_MAX;
    }
};

}  // namespace spork::detail
