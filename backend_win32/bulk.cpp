#include "bulk.hpp"

#include "error.hpp"
#include "pipe_probe.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <limits>
#include <new>
#include <optional>

namespace spork::platform::win32 {

namespace {

/// In front of the body: who copies it. Written by the receiver, read by the sender that waits for the receipt.
struct Reader {
    std::atomic<std::uint32_t> id;  // 0 until `created` is there
    std::atomic<std::uint64_t> created;
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

constexpr std::size_t body_offset = 64;
static_assert(sizeof(Reader) <= body_offset);

/// The most that is read at a time: nobody sends more, and additions to it do not overflow.
constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();

/// MappedSection is a view of a section, unmapped when it goes.
class MappedSection {
public:
    MappedSection(RawHandle section, std::size_t body_size) noexcept
        : view_(MapViewOfFile(native(section), FILE_MAP_READ | FILE_MAP_WRITE, 0, 0, body_offset + body_size)) {}
    ~MappedSection() {
        if (view_ != nullptr) {
            UnmapViewOfFile(view_);
        }
    }
    MappedSection(const MappedSection&) = delete;
    MappedSection& operator=(const MappedSection&) = delete;

    explicit operator bool() const noexcept { return view_ != nullptr; }
    std::byte* body() const noexcept { return static_cast<std::byte*>(view_) + body_offset; }
    void begin_reader() const noexcept { new (view_) Reader{}; }
    Reader& reader() const noexcept { return *std::launder(static_cast<Reader*>(view_)); }

private:
    void* view_;
};

/// Who copies the body, once it has said so.
std::optional<ProcessIdentity> reader_of(RawHandle section) noexcept {
    const MappedSection mapped(section, 0);
    if (!mapped) {
        return std::nullopt;
    }
    const std::uint32_t id = mapped.reader().id.load(std::memory_order_acquire);
    if (id == 0) {
        return std::nullopt;
    }
    return ProcessIdentity{id, mapped.reader().created.load(std::memory_order_relaxed)};
}

Result<Handle> copy_out_of(const Handle& process, std::uint64_t value) noexcept {
    HANDLE own = nullptr;
    if (!DuplicateHandle(native(process.get()), reinterpret_cast<HANDLE>(value), GetCurrentProcess(), &own, 0, FALSE,
                         DUPLICATE_SAME_ACCESS)) {
        // The sender lives, and its handle does not: it gave up between our reading the ticket and now.
        const DWORD error = GetLastError();
        return error == ERROR_INVALID_HANDLE ? std::make_error_code(std::errc::owner_dead) : windows_error(error);
    }
    return Handle(raw(own));
}

std::error_code copy_body(const MappedSection& mapped, std::size_t size, MessageMemory& storage) {
    if (!mapped) {
        return std::make_error_code(std::errc::bad_message);  // no section, or one that is smaller than it says
    }
    if (storage.size() < size) {
        storage.clear();  // nothing of it is worth moving
        storage.resize(size);
    }
    std::copy_n(mapped.body(), size, storage.data());
    return {};
}

}  // namespace

OutgoingBulk::~OutgoingBulk() {
    if (parked_in_ != nullptr) {
        const auto value = reinterpret_cast<HANDLE>(ticket_.section);
        DuplicateHandle(parked_in_, value, nullptr, nullptr, 0, FALSE, DUPLICATE_CLOSE_SOURCE);
    }
}

std::error_code OutgoingBulk::prepare(std::span<const std::byte> first, std::span<const std::byte> second,
                                      ProcessHandle receiver) noexcept {
    const std::size_t size = first.size() + second.size();
    const std::uint64_t whole = body_offset + std::uint64_t{size};
    section_ = Handle(raw(CreateFileMappingW(INVALID_HANDLE_VALUE, nullptr, PAGE_READWRITE,
                                             static_cast<DWORD>(whole >> 32), static_cast<DWORD>(whole), nullptr)));
    if (!section_) {
        return last_error();
    }
    const MappedSection mapped(section_.get(), size);
    if (!mapped) {
        return last_error();
    }
    mapped.begin_reader();
    std::ranges::copy(first, mapped.body());
    std::ranges::copy(second, mapped.body() + first.size());
    ticket_.size = size;
    if (receiver != no_handle) {
        return give_to(native(receiver));
    }
    receipt_.emplace();
    if (receipt_->get() == nullptr) {
        return std::make_error_code(std::errc::not_enough_memory);
    }
    ResetEvent(receipt_->get());
    ticket_.holder = own_identity();
    ticket_.section = static_cast<std::uint64_t>(section_.get());
    ticket_.receipt = reinterpret_cast<std::uint64_t>(receipt_->get());
    return {};
}

std::error_code OutgoingBulk::give_to(HANDLE receiver) noexcept {
    const Result<ProcessIdentity> identity = identity_of(receiver);
    if (!identity) {
        return identity.error();
    }
    HANDLE value = nullptr;
    if (!DuplicateHandle(GetCurrentProcess(), native(section_.get()), receiver, &value, 0, FALSE,
                         DUPLICATE_SAME_ACCESS)) {
        return last_error();
    }
    parked_in_ = receiver;
    ticket_.holder = *identity;
    ticket_.section = reinterpret_cast<std::uint64_t>(value);
    return {};
}

void OutgoingBulk::sent(HANDLE pipe, const Deadline& deadline) noexcept {
    if (parked_in_ != nullptr) {
        parked_in_ = nullptr;
        return;
    }
    const auto now = std::chrono::steady_clock::now();
    const auto a_receiver_needs = now + std::chrono::seconds(5);
    const Deadline limit = deadline ? std::max(*deadline, a_receiver_needs) : deadline;
    // The receiver says who it is right after it took the ticket. Until then all we can know of its death is that
    // nobody holds the other end any more.
    const auto unknown_until = now + std::chrono::seconds(1);
    constexpr std::chrono::milliseconds between_looks(25);
    const std::array<HANDLE, 1> receipt{receipt_->get()};
    while (std::chrono::steady_clock::now() < unknown_until) {
        const auto next_look = std::chrono::steady_clock::now() + between_looks;
        if (wait_for_objects(receipt, next_look).kind != WaitOutcome::Kind::timed_out || peer_is_gone(pipe)) {
            return;
        }
        const std::optional<ProcessIdentity> reader = reader_of(section_.get());
        if (!reader) {
            continue;
        }
        const Result<Handle> process = open_process(*reader, 0);
        if (!process) {
            return;
        }
        const std::array<HANDLE, 2> either{receipt_->get(), native(process->get())};
        if (wait_for_objects(either, limit).kind == WaitOutcome::Kind::signalled) {
            return;
        }
        break;
    }
    // Whoever took the ticket is stopped, or it died at the one moment at which that cannot be seen. For its sake the
    // body stays, for as long as this process does.
    section_.release();
    receipt_->keep();
}

std::error_code take_bulk(const BulkTicket& ticket, MessageMemory& storage) {
    if (ticket.size > most || ticket.section == 0) {
        return std::make_error_code(std::errc::bad_message);
    }
    const auto size = static_cast<std::size_t>(ticket.size);
    if (ticket.receipt == 0) {
        if (ticket.holder != own_identity()) {
            return std::make_error_code(std::errc::bad_message);
        }
        const Handle section(static_cast<RawHandle>(ticket.section));
        return copy_body(MappedSection(section.get(), size), size, storage);
    }

    const Result<Handle> sender = open_process(ticket.holder, PROCESS_DUP_HANDLE);
    if (!sender) {
        return sender.error();
    }
    const Result<Handle> section = copy_out_of(*sender, ticket.section);
    if (!section) {
        return section.error();
    }
    const MappedSection mapped(section->get(), size);
    if (mapped) {
        mapped.reader().created.store(own_identity().created, std::memory_order_relaxed);
        mapped.reader().id.store(own_identity().id, std::memory_order_release);
    }
    const Result<Handle> receipt = copy_out_of(*sender, ticket.receipt);
    if (!receipt) {
        return receipt.error();
    }
    const std::error_code error = copy_body(mapped, size, storage);
    SetEvent(native(receipt->get()));
    return error;
}

}  // namespace spork::platform::win32
