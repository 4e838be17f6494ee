#pragma once

/// \file
/// A list of simple values that several processes share, Python's among them.

#include <spork/shareable_value.hpp>
#include <spork/shared_memory.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <iterator>
#include <memory>
#include <ranges>
#include <string>
#include <utility>
#include <vector>

namespace spork {

namespace detail {

struct ListLayout;

template <class R, class List>
concept ShareableRange =
    std::ranges::input_range<R> && !std::derived_from<std::remove_cvref_t<R>, List> &&
    !std::convertible_to<R, std::string_view> && std::convertible_to<std::ranges::range_reference_t<R>, ShareableValue>;

}  // namespace detail

/// ShareableList is a list of fixed length in a block of named memory, laid out as CPython's: a Python program opens
/// the same list by its name, and reads and writes it.
///
///     spork::ShareableList list{"howdy", -273.154, 100, nullptr, true};
///     list[2] = 101;
///     spork::Process worker(work, list);                     // the same list there
///     // Python: multiprocessing.shared_memory.ShareableList(name=list.name())
///
/// An item may be replaced by a value of another kind. A text or bytes keep the room that they had at first, a multiple
/// of eight bytes, at least one more than the value had; a number has eight bytes. Negative indexes count from the end.
/// Text and bytes that end in zero bytes keep them, though not for Python. A handle: copies, and what a child receives,
/// are the same list, which lives as SharedMemory does. There is no lock: where one process writes while others look,
/// they take turns by one of their own. Threads: the same. Python: multiprocessing.shared_memory.ShareableList.
class SPORK_API ShareableList {
public:
    /// One item of a list: assigned to, or taken as a value.
    class Item {
    public:
        operator ShareableValue() const { return list_->at(index_); }
        template <class T>
        T get() const {
            return list_->at(index_).template get<T>();
        }
        const Item& operator=(const ShareableValue& value) const {
            list_->set(index_, value);
            return *this;
        }
        friend bool operator==(const Item& item, const ShareableValue& value) {
            return item.list_->at(item.index_) == value;
        }
        friend std::ostream& operator<<(std::ostream& stream, const Item& item) {
            return stream << ShareableValue(item);
        }

    private:
        friend class ShareableList;
        Item(const ShareableList& list, std::int64_t index) noexcept : list_(&list), index_(index) {}

        const ShareableList* list_;
        std::int64_t index_;
    };

    /// Goes over the values, each as it is when it is looked at.
    class Iterator {
    public:
        using value_type = ShareableValue;
        using difference_type = std::ptrdiff_t;

        Iterator() noexcept = default;
        ShareableValue operator*() const { return list_->at(index_); }
        Iterator& operator++() noexcept {
            ++index_;
            return *this;
        }
        Iterator operator++(int) noexcept {
            const Iterator before = *this;
            ++index_;
            return before;
        }
        friend bool operator==(const Iterator& a, const Iterator& b) noexcept { return a.index_ == b.index_; }

    private:
        friend class ShareableList;
        Iterator(const ShareableList& list, std::int64_t index) noexcept : list_(&list), index_(index) {}

        const ShareableList* list_ = nullptr;
        std::int64_t index_ = 0;
    };

    /// A new list of these values, under a generated name or this one. Throws what SharedMemory::create does.
    ShareableList(std::initializer_list<ShareableValue> values, const std::string& name = {})
        : ShareableList(make(std::vector<ShareableValue>(values), name)) {}

    /// A new list of the values of a range, another list for example.
    template <detail::ShareableRange<ShareableList> R>
    explicit ShareableList(R&& values, const std::string& name = {}) : ShareableList(make(collect(values), name)) {}

    /// The list of this name, whoever made it. Throws std::system_error as SharedMemory::attach does, TransferError
    /// when there is no ShareableList in the block.
    static ShareableList attach(const std::string& name) { return ShareableList(SharedMemory::attach(name)); }

    /// The list in this memory. Throws TransferError when there is none.
    explicit ShareableList(SharedMemory memory);

    std::size_t size() const noexcept;
    bool empty() const noexcept { return size() == 0; }

    /// The value at an index. Throws UsageError when there is none; TransferError when another process wrote there what
    /// is no value.
    ShareableValue at(std::int64_t index) const;
    Item operator[](std::int64_t index) const noexcept { return {*this, index}; }

    /// Replaces it. Throws UsageError when there is none, and when a text or bytes have no room; it stays as it was
    /// then.
    void set(std::int64_t index, const ShareableValue& value) const;

    Iterator begin() const noexcept { return {*this, 0}; }
    Iterator end() const noexcept { return {*this, static_cast<std::int64_t>(size())}; }
    std::vector<ShareableValue> values() const { return collect(*this); }

    /// How many items equal the value; the first of them. index throws UsageError when there is none.
    std::size_t count(const ShareableValue& value) const;
    std::size_t index(const ShareableValue& value) const;

    /// What Python's struct module calls the kinds and rooms of the items: "8s8sdqxxxxxx?x".
    std::string format() const;

    /// A new list with the values of this one.
    ShareableList copy(const std::string& name = {}) const { return ShareableList(make(values(), name)); }

    const SharedMemory& shm() const noexcept { return memory_; }
    const std::string& name() const { return memory_.name(); }
    void close() const { memory_.close(); }
    void unlink() const { memory_.unlink(); }

    /// ShareableList(["howdy", 100, None], name="psm_0a1b2c3d")
    friend SPORK_API std::ostream& operator<<(std::ostream& stream, const ShareableList& list);

private:
    friend class SharedMemoryManager;

    static SharedMemory make(const std::vector<ShareableValue>& values, const std::string& name);

    template <class R>
    static std::vector<ShareableValue> collect(R&& range) {
        std::vector<ShareableValue> values;
        for (auto&& value : range) {
            values.push_back(std::forward<decltype(value)>(value));
        }
        return values;
    }

    /// From the start, of the item; throws UsageError.
    std::size_t position(std::int64_t index) const;

    SharedMemory memory_;
    std::shared_ptr<const detail::ListLayout> layout_;
};

template <>
struct SPORK_API Transfer<ShareableList> {
    static void save(Writer& writer, const ShareableList& value);
    static ShareableList load(Reader& reader);
};

}  // namespace spork
