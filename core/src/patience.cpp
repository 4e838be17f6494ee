#include "patience.hpp"

#include "system_error.hpp"

namespace spork::detail {

WaitLimit::WaitLimit(Timeout timeout, const std::stop_token& stop) {
    patience_.deadline = timeout.deadline();
    if (stop.stop_possible()) {
        auto signal = platform::make_signal();
        if (!signal) {
            throw_system(signal.error(), "cannot make a signal for a stop token");
        }
        signal_ = std::move(*signal);
        patience_.stop = signal_.get();
        listener_.emplace(stop, [signal = signal_.get()] { platform::raise_signal(signal); });
    }
}

}  // namespace spork::detail
