#pragma once

/// \file
/// Time limits of blocking calls.

#include <chrono>
#include <optional>

namespace spork {

/// Timeout is how long a blocking call may take, on the steady clock: a duration, a point in time, or `no_limit`.
/// Zero and less polls. Wall-clock changes have no effect.
class Timeout {
public:
    using Clock = std::chrono::steady_clock;

    /// No limit.
    constexpr Timeout() noexcept = default;
    constexpr Timeout(std::nullopt_t) noexcept {}

    template <class Rep, class Period>
    constexpr Timeout(std::chrono::duration<Rep, Period> limit) : limit_(saturate(limit)) {}
    Timeout(Clock::time_point end) : limit_(end - Clock::now()) {}

    constexpr bool unlimited() const noexcept { return !limit_; }

    /// How long; empty for no limit. A point in time was made a duration when this Timeout was made.
    constexpr std::optional<Clock::duration> limit() const noexcept { return limit_; }

    /// When a call that starts now has to end; empty for no limit.
    std::optional<Clock::time_point> deadline() const noexcept {
        if (!limit_) {
            return std::nullopt;
        }
        return Clock::now() + *limit_;
    }

private:
    // A century: adding it to any time point of the steady clock cannot overflow.
    static constexpr Clock::duration longest = std::chrono::hours(24 * 36525);

    template <class Rep, class Period>
    static constexpr Clock::duration saturate(std::chrono::duration<Rep, Period> limit) {
        using Seconds = std::chrono::duration<double>;
        if (Seconds(limit) >= Seconds(longest)) {
            return longest;
        }
        if (Seconds(limit) <= Seconds::zero()) {
            return Clock::duration::zero();
        }
        return std::chrono::ceil<Clock::duration>(limit);
    }

    std::optional<Clock::duration> limit_;
};

inline constexpr Timeout no_limit{};
inline constexpr Timeout at_once{std::chrono::seconds(0)};

}  // namespace spork
