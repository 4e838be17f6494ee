#include <spork/wait.hpp>

#include "connection_state.hpp"
#include "patience.hpp"
#include "system_error.hpp"

#include "platform/waiter.hpp"

namespace spork {

Waitable::Waitable(Connection connection) : kind_(Kind::connection) {
    if (!connection.state_) {
        throw UsageError("cannot wait for a connection that was never connected");
    }
    auto end = connection.state_->reading_end("wait for a connection");
    native_ = end->native();
    owner_ = std::move(end);
}

Waitable::Waitable(Sentinel sentinel) : kind_(Kind::sentinel), native_(sentinel.native()) {
    owner_ = std::make_shared<Sentinel>(std::move(sentinel));
}

Waitable::Waitable(SocketHandle socket) : kind_(Kind::socket), native_(socket.native()) {
    owner_ = std::make_shared<SocketHandle>(std::move(socket));
}

std::vector<std::size_t> wait_indices(std::span<const Waitable> objects, Timeout timeout, std::stop_token stop) {
    constexpr platform::WaitKind kinds[] = {platform::WaitKind::channel, platform::WaitKind::sentinel,
                                            platform::WaitKind::socket};
    std::vector<platform::WaitItem> items;
    items.reserve(objects.size());
    for (const Waitable& object : objects) {
        items.push_back({object.native_, kinds[static_cast<int>(object.kind_)]});
    }
    const detail::WaitLimit limit(timeout, stop);
    auto ready = platform::wait_any(items, limit.patience());
    if (ready) {
        return std::move(*ready);
    }
    if (detail::is(ready.error(), std::errc::operation_canceled)) {
        throw CancelledError("a stop was requested while waiting for " + std::to_string(objects.size()) + " objects");
    }
    detail::throw_system(ready.error(), "cannot wait for " + std::to_string(objects.size()) + " objects");
}

}  // namespace spork
