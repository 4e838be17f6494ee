#pragma once

/// \file
/// What stands for an atomic word of shared memory in a model.

#include "explorer.hpp"

#include <atomic>
#include <cstdint>

namespace model {

/// Word is std::atomic<std::uint64_t>, each access a step. The steps of all threads have one order: which memory orders an
/// algorithm asks for is not looked at here.
class Word {
public:
    static constexpr bool is_always_lock_free = true;

    constexpr Word() noexcept = default;
    constexpr Word(std::uint64_t value) noexcept : value_(value) {}
    Word(const Word&) = delete;
    Word& operator=(const Word&) = delete;

    std::uint64_t load(std::memory_order = std::memory_order_seq_cst) const noexcept {
        step("load", this);
        learn(value_);
        return value_;
    }
    void store(std::uint64_t value, std::memory_order = std::memory_order_seq_cst) noexcept {
        step("store", this);
        set(value);
    }
    bool compare_exchange_strong(std::uint64_t& expected, std::uint64_t desired, std::memory_order,
                                 std::memory_order) noexcept {
        step("compare_exchange", this);
        learn(value_);
        if (value_ != expected) {
            expected = value_;
            return false;
        }
        set(desired);
        return true;
    }
    bool compare_exchange_weak(std::uint64_t& expected, std::uint64_t desired, std::memory_order success,
                               std::memory_order failure) noexcept {
        return compare_exchange_strong(expected, desired, success, failure);
    }
    std::uint64_t fetch_and(std::uint64_t mask, std::memory_order = std::memory_order_seq_cst) noexcept {
        return change("fetch_and", [mask](std::uint64_t value) { return value & mask; });
    }
    std::uint64_t fetch_or(std::uint64_t mask, std::memory_order = std::memory_order_seq_cst) noexcept {
        return change("fetch_or", [mask](std::uint64_t value) { return value | mask; });
    }
    std::uint64_t fetch_add(std::uint64_t more, std::memory_order = std::memory_order_seq_cst) noexcept {
        return change("fetch_add", [more](std::uint64_t value) { return value + more; });
    }

    void operator+=(std::uint64_t more) noexcept { fetch_add(more); }
    void operator-=(std::uint64_t less) noexcept { fetch_add(0 - less); }
    void operator|=(std::uint64_t mask) noexcept { fetch_or(mask); }

    operator std::uint64_t() const noexcept { return load(); }
    std::uint64_t operator=(std::uint64_t value) noexcept {
        store(value);
        return value;
    }

    /// Without a step: for what a scenario knows of itself.
    std::uint64_t peek() const noexcept { return value_; }
    void set(std::uint64_t value) noexcept {
        memory_changed(this, value_, value);
        value_ = value;
    }

private:
    template <class Change>
    std::uint64_t change(const char* what, Change change) noexcept {
        step(what, this);
        const std::uint64_t before = value_;
        learn(before);
        set(change(before));
        return before;
    }

    std::uint64_t value_ = 0;
};

}  // namespace model
