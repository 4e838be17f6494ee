#include "word_semaphores.hpp"

#include <algorithm>
#include <new>
#include <span>
#include <string_view>
#include <utility>

namespace spork::platform::win32 {

namespace {

constexpr std::wstring_view prefix = LR"(Local\spork-)";

/// Wakes that found no sleeper are remembered up to this number, so that later sleeps end at once only so often.
constexpr LONG most_wakes = 1024;

/// Without a semaphore a sleeper looks again and again.
constexpr DWORD between_looks_ms = 1;

/// A whole name, ended by a zero.
using SemaphoreName = std::array<wchar_t, prefix.size() + 2 * (sizeof(SegmentKey) + sizeof(std::uint64_t)) + 2>;

wchar_t* write_hex(std::span<const std::byte> bytes, wchar_t* out) noexcept {
    constexpr wchar_t digits[] = L"0123456789abcdef";
    for (const std::byte byte : bytes) {
        *out++ = digits[std::to_integer<unsigned>(byte) >> 4];
        *out++ = digits[std::to_integer<unsigned>(byte) & 15];
    }
    return out;
}

SemaphoreName name_of(const SegmentKey& segment, std::uint64_t place) noexcept {
    SemaphoreName name{};
    wchar_t* out = write_hex(segment, std::ranges::copy(prefix, name.data()).out);
    *out++ = L'-';
    write_hex(std::as_bytes(std::span(&place, 1)), out);
    return name;
}

}  // namespace

void WordSemaphores::wake(std::uint64_t place) noexcept {
    if (const HANDLE semaphore = get(place, Role::waker)) {
        // Fails when more wakes than there can be sleepers are still to be taken.
        ReleaseSemaphore(semaphore, 1, nullptr);
    }
}

/// Null when it does not exist and is not to be made, and when the system has no room for it.
HANDLE WordSemaphores::get(std::uint64_t place, Role role) noexcept {
    if (const HANDLE known = find(place)) {
        return known;
    }
    const SemaphoreName name = name_of(segment_, place);
    constexpr DWORD access = SEMAPHORE_MODIFY_STATE | SYNCHRONIZE;
    Handle semaphore(raw(role == Role::sleeper ? CreateSemaphoreExW(nullptr, 0, most_wakes, name.data(), 0, access)
                                               : OpenSemaphoreW(access, FALSE, name.data())));
    return semaphore ? keep(place, std::move(semaphore)) : nullptr;
}

HANDLE WordSemaphores::find(std::uint64_t place) noexcept {
    AcquireSRWLockShared(&lock_);
    const auto known = known_.find(place);
    const HANDLE semaphore = known != known_.end() ? native(known->second.get()) : nullptr;
    ReleaseSRWLockShared(&lock_);
    return semaphore;
}

/// Another thread may have been quicker: then its handle is the one that stays.
HANDLE WordSemaphores::keep(std::uint64_t place, Handle semaphore) noexcept {
    HANDLE kept = nullptr;
    AcquireSRWLockExclusive(&lock_);
    try {
        kept = native(known_.try_emplace(place, std::move(semaphore)).first->second.get());
    } catch (const std::bad_alloc&) {
        // A wake without it is lost, as if this process had died here; a sleeper sleeps in short pieces.
    }
    ReleaseSRWLockExclusive(&lock_);
    return kept;
}

void WordSemaphores::wait(HANDLE semaphore, std::chrono::nanoseconds limit) noexcept {
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(limit).count();
    const auto most = static_cast<DWORD>(std::clamp<std::int64_t>(milliseconds, 0, INFINITE - 1));
    if (semaphore == nullptr || WaitForSingleObject(semaphore, most) == WAIT_FAILED) {
        Sleep(std::min(most, between_looks_ms));
    }
}

}  // namespace spork::platform::win32
