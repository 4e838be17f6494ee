// Every item becomes something that WaitForMultipleObjects understands: processes and signals are that already,
// channels and sockets get a probe (an overlapped operation that ends when there is something to read, and takes
// nothing). Up to 64 objects the system waits for at once; beyond, its thread pool does, which has no such limit.

#include "platform/waiter.hpp"

#include "error.hpp"
#include "overlapped.hpp"
#include "pipe_probe.hpp"
#include "socket_poll.hpp"
#include "windows_api.hpp"

#include <algorithm>
#include <exception>
#include <list>
#include <memory>
#include <optional>

namespace spork::platform {

namespace {

using namespace win32;

/// Probe is one item on its way to being ready.
class Probe {
public:
    explicit Probe(const WaitItem& item) noexcept : item_(item) {}

    /// Begins to watch. An error is one of the item itself.
    std::error_code start() {
        switch (item_.kind) {
            case WaitKind::channel:
                operation_ = &pipe_.emplace(native(item_.handle));
                break;
            case WaitKind::socket:
                operation_ = &socket_.emplace(item_.handle).operation();
                break;
            case WaitKind::sentinel:
            case WaitKind::signal:
                object_ = native(item_.handle);
                return {};
        }
        object_ = operation_->event();
        if (socket_) {
            socket_->start();
        } else {
            start_probe(*operation_, native(item_.handle));
        }
        return operation_->pending() ? std::error_code() : judge(operation_->withdraw());
    }

    /// What has to be signalled for the item to be ready.
    HANDLE object() const noexcept { return object_; }

    bool ready() const noexcept { return ready_; }

    /// Ends the watch; `signalled` says whether the object is.
    std::error_code finish(bool signalled) noexcept {
        if (operation_ == nullptr) {
            ready_ = signalled;
            return {};
        }
        return operation_->pending() ? judge(operation_->withdraw()) : std::error_code();
    }

private:
    std::error_code judge(const Completion& completion) noexcept {
        if (completion.cut_short) {
            return {};
        }
        // The end of a channel or of a connection can be received as well, so it is no error here.
        const std::error_code error = socket_ ? socket_result(completion) : probe_result(completion);
        ready_ = !error || error == std::errc::connection_reset || error == std::errc::bad_message;
        return ready_ ? std::error_code() : error;
    }

    static std::error_code socket_result(const Completion& completion) noexcept {
        return completion.error == ERROR_SUCCESS ? std::error_code() : windows_error(completion.error);
    }

    WaitItem item_;
    std::optional<Operation> pipe_;
    std::optional<SocketPoll> socket_;
    Operation* operation_ = nullptr;
    HANDLE object_ = nullptr;
    bool ready_ = false;
};

/// The distinct objects behind the probes that are not ready yet, sorted; a wait must not name an object twice.
class ObjectSet {
public:
    explicit ObjectSet(const std::list<Probe>& probes) {
        for (const Probe& probe : probes) {
            if (!probe.ready()) {
                objects_.push_back(probe.object());
            }
        }
        std::ranges::sort(objects_);
        const auto [first, last] = std::ranges::unique(objects_);
        objects_.erase(first, last);
        signalled_.resize(objects_.size());
    }

    std::span<const HANDLE> objects() const noexcept { return objects_; }

    bool signalled(HANDLE object) const noexcept {
        const auto at = std::ranges::lower_bound(objects_, object);
        return at != objects_.end() && *at == object && signalled_[static_cast<std::size_t>(at - objects_.begin())];
    }

    /// Looks at all objects without waiting; true when one is signalled.
    Result<bool> look() {
        bool any = false;
        const Deadline at_once = std::chrono::steady_clock::time_point::min();
        for (std::size_t at = 0; at < objects_.size();) {
            const std::size_t count = std::min<std::size_t>(objects_.size() - at, MAXIMUM_WAIT_OBJECTS);
            const WaitOutcome outcome = wait_for_objects(objects().subspan(at, count), at_once);
            if (outcome.kind == WaitOutcome::Kind::failed) {
                return outcome.reason;
            }
            if (outcome.kind == WaitOutcome::Kind::signalled) {
                at += outcome.index;
                signalled_[at++] = true;
                any = true;
            } else {
                at += count;
            }
        }
        return any;
    }

private:
    std::vector<HANDLE> objects_;
    std::vector<bool> signalled_;
};

/// PoolWait lets the thread pool of the system wait for any number of objects and raise one event for them.
class PoolWait {
public:
    explicit PoolWait(HANDLE raised) noexcept : raised_(raised) {}
    ~PoolWait() {
        for (const PTP_WAIT wait : waits_) {
            SetThreadpoolWait(wait, nullptr, nullptr);
        }
        for (const PTP_WAIT wait : waits_) {
            WaitForThreadpoolWaitCallbacks(wait, TRUE);
            CloseThreadpoolWait(wait);
        }
    }
    PoolWait(const PoolWait&) = delete;
    PoolWait& operator=(const PoolWait&) = delete;

    std::error_code add(HANDLE object) {
        waits_.reserve(waits_.size() + 1);
        const PTP_WAIT wait = CreateThreadpoolWait(&PoolWait::on_object, raised_, nullptr);
        if (wait == nullptr) {
            return last_error();
        }
        waits_.push_back(wait);
        SetThreadpoolWait(wait, object, nullptr);
        return {};
    }

private:
    static void CALLBACK on_object(PTP_CALLBACK_INSTANCE, void* raised, PTP_WAIT, TP_WAIT_RESULT) noexcept {
        SetEvent(raised);
    }

    HANDLE raised_;
    std::vector<PTP_WAIT> waits_;
};

/// Blocks until an object is signalled (no code) or patience ends.
std::error_code block(std::span<const HANDLE> objects, const Patience& patience) {
    const EventLease raised;
    if (raised.get() == nullptr) {
        return std::make_error_code(std::errc::not_enough_memory);
    }
    ResetEvent(raised.get());
    PoolWait pool(raised.get());
    std::vector<HANDLE> waited;
    if (!objects.empty() && objects.size() + 1 <= MAXIMUM_WAIT_OBJECTS) {
        waited.assign(objects.begin(), objects.end());
    } else {
        for (const HANDLE object : objects) {
            if (const std::error_code error = pool.add(object)) {
                return error;
            }
        }
        waited.push_back(raised.get());
    }
    if (patience.stop != no_handle) {
        waited.push_back(native(patience.stop));
    }
    const WaitOutcome outcome = wait_for_objects(waited, patience.deadline);
    if (outcome.kind == WaitOutcome::Kind::failed) {
        return outcome.reason;
    }
    if (outcome.kind == WaitOutcome::Kind::timed_out) {
        return std::make_error_code(std::errc::timed_out);
    }
    const bool stopped = patience.stop != no_handle && outcome.index + 1 == waited.size();
    return stopped ? std::make_error_code(std::errc::operation_canceled) : std::error_code();
}

Result<std::vector<std::size_t>> wait(std::span<const WaitItem> items, const Patience& patience) {
    std::list<Probe> probes;  // a list: the system holds the addresses of the operations in them
    bool any = false;
    for (const WaitItem& item : items) {
        probes.emplace_back(item);
        if (const std::error_code error = probes.back().start()) {
            return error;
        }
        any = any || probes.back().ready();
    }

    ObjectSet objects(probes);
    Result<bool> found = objects.look();
    if (!found) {
        return found.error();
    }
    if (!any && !*found) {
        const std::error_code ended = block(objects.objects(), patience);
        if (ended && ended != std::errc::timed_out) {
            return ended;
        }
        if (found = objects.look(); !found) {
            return found.error();
        }
    }

    std::vector<std::size_t> ready;
    std::size_t index = 0;
    for (Probe& probe : probes) {
        if (const std::error_code error = probe.finish(objects.signalled(probe.object()))) {
            return error;
        }
        if (probe.ready()) {
            ready.push_back(index);
        }
        ++index;
    }
    return ready;
}

}  // namespace

Result<std::vector<std::size_t>> wait_any(std::span<const WaitItem> items, const Patience& patience) noexcept {
    try {
        return wait(items, patience);
    } catch (const std::exception&) {
        return std::make_error_code(std::errc::not_enough_memory);
    }
}

}  // namespace spork::platform
