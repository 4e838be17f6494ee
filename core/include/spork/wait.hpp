#pragma once

/// \file
/// Waiting for any of many connections, processes and sockets.

#include <spork/connection.hpp>
#include <spork/export.hpp>
#include <spork/process.hpp>

#include <initializer_list>
#include <ranges>
#include <span>
#include <stop_token>
#include <vector>

namespace spork {

/// Waitable is something that spork::wait can wait for: a Connection (a message or the end), a Sentinel (the end of the
/// process), a SocketHandle (data or the end).
class SPORK_API Waitable {
public:
    Waitable(Connection connection);
    Waitable(Sentinel sentinel);
    Waitable(SocketHandle socket);

    /// Same kind and same object.
    friend bool operator==(const Waitable& a, const Waitable& b) noexcept {
        return a.kind_ == b.kind_ && a.native_ == b.native_;
    }

private:
    friend std::vector<std::size_t> wait_indices(std::span<const Waitable>, Timeout, std::stop_token);

    enum class Kind : unsigned char { connection, sentinel, socket };

    Kind kind_;
    native_handle_type native_;
    std::shared_ptr<const void> owner_;
};

/// The positions of those that are ready, in order; empty when the time passed. Throws CancelledError.
SPORK_API std::vector<std::size_t> wait_indices(std::span<const Waitable> objects, Timeout timeout = no_limit,
                                      std::stop_token stop = {});

/// Waits until at least one object is ready and returns all that are, in order; empty when the time passed. Takes
/// nothing from them. Any number of objects; an empty range waits the whole time. Throws UsageError for a closed object,
/// CancelledError. Python: multiprocessing.connection.wait.
///
///     for (const spork::Connection& c : spork::wait(connections, 100ms)) { use(c.recv<int>()); }
template <std::ranges::input_range R>
    requires std::convertible_to<std::ranges::range_value_t<R>, Waitable>
std::vector<std::ranges::range_value_t<R>> wait(R&& objects, Timeout timeout = no_limit, std::stop_token stop = {}) {
    std::vector<std::ranges::range_value_t<R>> items;
    std::vector<Waitable> waitables;
    for (auto&& object : objects) {
        items.push_back(object);
        waitables.emplace_back(items.back());
    }
    std::vector<std::ranges::range_value_t<R>> ready;
    for (std::size_t index : wait_indices(waitables, timeout, std::move(stop))) {
        ready.push_back(items[index]);
    }
    return ready;
}

/// The same for a list of different objects: `spork::wait({connection, process.sentinel()})`.
inline std::vector<Waitable> wait(std::initializer_list<Waitable> objects, Timeout timeout = no_limit,
                                  std::stop_token stop = {}) {
    return wait(std::span<const Waitable>(objects.begin(), objects.size()), timeout, std::move(stop));
}

}  // namespace spork
