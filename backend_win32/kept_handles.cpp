#include "kept_handles.hpp"

#include "error.hpp"
#include "pipe_probe.hpp"

#include <algorithm>
#include <atomic>
#include <utility>

namespace spork::platform::win32 {

/// KeptRegistry has everything that messages on their way keep open in this process. Its thread is the system's pool.
class KeptRegistry {
public:
    /// Lives until the process ends: the pool may call late.
    static KeptRegistry& instance() noexcept {
        static KeptRegistry& registry = *new KeptRegistry;
        return registry;
    }

    bool empty() const noexcept { return count_.load(std::memory_order_acquire) == 0; }

    void add(std::list<KeptHandles>& kept, RawHandle channel) noexcept {
        const Lock lock(lock_);
        kept.front().channel_ = channel;
        const PTP_WAIT wait = kept.front().wait_;
        const HANDLE receipt = native(kept.front().receipt_.get());
        entries_.splice(entries_.end(), kept);
        count_.fetch_add(1, std::memory_order_release);
        SetThreadpoolWait(wait, receipt, nullptr);
        watch_channels();
    }

    /// The channel's handle is about to be closed: it cannot be asked any more, but perhaps the pipe's name can. (The
    /// name says nothing of the client's end: under Wine it goes with the server's.)
    void forget_channel(RawHandle channel) noexcept {
        drop_if([channel](const KeptHandles& kept) { return kept.channel_ == channel && is_lost(kept); },
                [channel](KeptHandles& kept) {
                    if (kept.channel_ == channel) {
                        kept.channel_ = no_handle;
                        kept.server_ = is_client_end(native(channel)) ? name_of_pipe(native(channel)) : PipeName{};
                    }
                });
    }

    static void CALLBACK on_receipt(PTP_CALLBACK_INSTANCE, void* number, PTP_WAIT, TP_WAIT_RESULT) noexcept {
        const auto wanted = reinterpret_cast<std::uintptr_t>(number);
        instance().drop_if([wanted](const KeptHandles& kept) { return kept.number_ == wanted; }, [](KeptHandles&) {});
    }

private:
    class Lock {
    public:
        explicit Lock(SRWLOCK& lock) noexcept : lock_(lock) { AcquireSRWLockExclusive(&lock_); }
        ~Lock() { ReleaseSRWLockExclusive(&lock_); }
        Lock(const Lock&) = delete;
        Lock& operator=(const Lock&) = delete;

    private:
        SRWLOCK& lock_;
    };

    KeptRegistry() noexcept : timer_(CreateThreadpoolTimer(&KeptRegistry::on_timer, nullptr, nullptr)) {}

    /// Whether this process would see that nobody can receive the message any more.
    static bool is_watched(const KeptHandles& kept) noexcept {
        return kept.channel_ != no_handle || kept.server_.front() != L'\0';
    }

    static bool is_lost(const KeptHandles& kept) noexcept {
        if (kept.channel_ != no_handle) {
            return peer_is_gone(native(kept.channel_));
        }
        return is_watched(kept) && !server_is_open(kept.server_);
    }

    /// Takes out what `condition` names and closes it outside of the lock; does `otherwise` to the rest.
    template <class Condition, class Otherwise>
    void drop_if(Condition condition, Otherwise otherwise) noexcept {
        std::list<KeptHandles> dropped;
        {
            const Lock lock(lock_);
            for (auto at = entries_.begin(); at != entries_.end();) {
                const auto entry = at++;
                if (condition(*entry)) {
                    dropped.splice(dropped.end(), entries_, entry);
                } else {
                    otherwise(*entry);
                }
            }
            count_.fetch_sub(dropped.size(), std::memory_order_release);
        }
    }

    /// Looks from time to time whether a receiver can still come, as long as there is a message whose channel can be asked.
    void watch_channels() noexcept {
        if (timer_ == nullptr || watching_) {
            return;
        }
        constexpr DWORD period_ms = 250;
        ULARGE_INTEGER due;
        due.QuadPart = static_cast<ULONGLONG>(-10'000LL * period_ms);  // negative: from now, in 100 ns
        FILETIME when{due.LowPart, due.HighPart};
        SetThreadpoolTimer(timer_, &when, period_ms, period_ms / 2);
        watching_ = true;
    }

    static void CALLBACK on_timer(PTP_CALLBACK_INSTANCE, void*, PTP_TIMER) noexcept {
        KeptRegistry& registry = instance();
        registry.drop_if(is_lost, [](const KeptHandles&) {});
        const Lock lock(registry.lock_);
        if (std::ranges::none_of(registry.entries_, is_watched)) {
            SetThreadpoolTimer(registry.timer_, nullptr, 0, 0);
            registry.watching_ = false;
        }
    }

    SRWLOCK lock_ = SRWLOCK_INIT;
    std::list<KeptHandles> entries_;
    std::atomic<std::size_t> count_{0};
    PTP_TIMER timer_;
    bool watching_ = false;
};

KeptHandles::KeptHandles() noexcept {
    static std::atomic<std::uint64_t> last{0};
    number_ = ++last;
}

KeptHandles::~KeptHandles() {
    if (wait_ != nullptr) {
        SetThreadpoolWait(wait_, nullptr, nullptr);
        CloseThreadpoolWait(wait_);
    }
    for (const auto& offer : offers_) {
        offer->withdraw();
    }
}

std::error_code KeptHandles::begin() noexcept {
    receipt_ = Handle(raw(CreateEventW(nullptr, TRUE, FALSE, nullptr)));
    if (!receipt_) {
        return last_error();
    }
    wait_ = CreateThreadpoolWait(&KeptRegistry::on_receipt, reinterpret_cast<void*>(number_), nullptr);
    return wait_ == nullptr ? last_error() : std::error_code();
}

Result<std::uint64_t> KeptHandles::add(RawHandle handle) {
    copies_.reserve(copies_.size() + 1);
    const Result<RawHandle> copy = duplicate_handle(handle, HandleKind::object);
    if (!copy) {
        return copy.error();
    }
    copies_.emplace_back(*copy);
    return static_cast<std::uint64_t>(*copy);
}

Result<PipeKey> KeptHandles::offer(RawHandle socket) {
    offers_.reserve(offers_.size() + 1);
    Result<std::shared_ptr<SocketOffer>> made = SocketOffer::make(socket);
    if (!made) {
        return made.error();
    }
    offers_.push_back(std::move(*made));
    return offers_.back()->key();
}

void keep_until_taken(std::list<KeptHandles>& kept, RawHandle channel) noexcept {
    if (!kept.empty()) {
        KeptRegistry::instance().add(kept, channel);
    }
}

void forget_channel(RawHandle channel) noexcept {
    KeptRegistry& registry = KeptRegistry::instance();
    if (!registry.empty()) {
        registry.forget_channel(channel);
    }
}

}  // namespace spork::platform::win32
