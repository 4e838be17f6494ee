#include "error.hpp"
#include "waiting.hpp"

#include "platform/waiter.hpp"

#include <cerrno>
#include <climits>

namespace spork::platform {

namespace {

/// Milliseconds until the deadline, rounded up so that poll never returns too early; -1 for ever.
int poll_timeout(const Deadline& deadline) noexcept {
    if (!deadline) {
        return -1;
    }
    const auto now = std::chrono::steady_clock::now();
    if (*deadline <= now) {
        return 0;
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - now).count();
    return left > INT_MAX ? INT_MAX : static_cast<int>(left);
}

bool passed(const Deadline& deadline) noexcept {
    return deadline && *deadline <= std::chrono::steady_clock::now();
}

}  // namespace

Result<int> poll_until(std::span<pollfd> entries, const Patience& patience) noexcept {
    pollfd& stop = entries.back();
    stop = {static_cast<int>(patience.stop), POLLIN, 0};  // poll ignores a negative descriptor
    for (;;) {
        const int timeout = poll_timeout(patience.deadline);
        const int ready = ::poll(entries.data(), static_cast<nfds_t>(entries.size()), timeout);
        if (ready < 0 && errno != EINTR) {
            return last_error();
        }
        if (ready > 0) {
            if (stop.revents == 0) {
                return ready;
            }
            if (ready > 1) {
                return ready - 1;
            }
            return std::make_error_code(std::errc::operation_canceled);
        }
        if (ready == 0 && (timeout == 0 || passed(patience.deadline))) {
            return 0;
        }
    }
}

std::error_code wait_until_ready(int descriptor, short events, const Patience& patience) noexcept {
    pollfd entries[2] = {{descriptor, events, 0}, {}};
    const auto ready = poll_until(entries, patience);
    if (!ready) {
        return ready.error();
    }
    return *ready == 0 ? std::make_error_code(std::errc::timed_out) : std::error_code();
}

Result<std::vector<std::size_t>> wait_any(std::span<const WaitItem> items, const Patience& patience) noexcept {
    try {
        std::vector<pollfd> entries(items.size() + 1);
        for (std::size_t i = 0; i < items.size(); ++i) {
            entries[i] = {static_cast<int>(items[i].handle), POLLIN, 0};
        }
        const auto ready = poll_until(entries, patience);
        if (!ready) {
            return ready.error();
        }
        std::vector<std::size_t> indices;
        for (std::size_t i = 0; i < items.size(); ++i) {
            if ((entries[i].revents & POLLNVAL) != 0) {
                return error_of(EBADF);
            }
            if (entries[i].revents != 0) {
                indices.push_back(i);
            }
        }
        return indices;
    } catch (const std::bad_alloc&) {
        return std::make_error_code(std::errc::not_enough_memory);
    }
}

}  // namespace spork::platform
