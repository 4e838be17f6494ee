#include "support/system.hpp"

#include <winsock2.h>

#include <windows.h>

#include <winternl.h>

#include <io.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <map>
#include <set>
#include <span>
#include <string>

namespace support {

namespace {

/// The kind of object that a handle stands for, as "File" (pipes and sockets are files, too); empty for no handle.
std::string kind_of(HANDLE handle) {
    alignas(UNICODE_STRING) std::array<std::byte, 1024> answer;
    ULONG size = 0;
    if (!NT_SUCCESS(
            NtQueryObject(handle, ObjectTypeInformation, answer.data(), static_cast<ULONG>(answer.size()), &size))) {
        return {};
    }
    // PUBLIC_OBJECT_TYPE_INFORMATION begins with the name.
    const auto* name = reinterpret_cast<const UNICODE_STRING*>(answer.data());
    const std::span<const wchar_t> letters(name->Buffer, name->Length / sizeof(wchar_t));
    std::string kind;
    std::ranges::transform(letters, std::back_inserter(kind), [](wchar_t letter) { return static_cast<char>(letter); });
    return kind;
}

/// How many handles of each kind are open. Asked one by one, because GetProcessHandleCount says 0 under Wine 8. Handles are
/// multiples of four and low ones are taken first, so nothing comes after a long gap.
std::map<std::string, std::size_t> handles_by_kind() {
    constexpr std::uintptr_t step = 4;
    constexpr std::uintptr_t gap = 1024 * step;
    std::map<std::string, std::size_t> counts;
    std::uintptr_t last = 0;
    for (std::uintptr_t value = step; value < last + gap; value += step) {
        if (const std::string kind = kind_of(reinterpret_cast<HANDLE>(value)); !kind.empty()) {
            ++counts[kind];
            last = value;
        }
    }
    return counts;
}

/// The kinds that spork opens itself and keeps none of. Threads, events and semaphores are kept by winpthreads, the thread
/// pool of the system and spork's own store of events; registry keys and more by the system's libraries.
bool is_pooled(const std::string& kind) {
    static const std::set<std::string> own{"File", "Job", "Process", "Section"};
    return !own.contains(kind);
}

std::size_t count_handles(bool pooled) {
    std::size_t count = 0;
    for (const auto& [kind, number] : handles_by_kind()) {
        count += is_pooled(kind) == pooled ? number : 0;
    }
    return count;
}

}  // namespace

std::size_t open_handles() {
    return count_handles(false);
}

std::size_t pooled_handles() {
    return count_handles(true);
}

std::string describe_handles() {
    std::string text;
    for (const auto& [kind, number] : handles_by_kind()) {
        text += std::to_string(number) + " " + kind + " ";
    }
    return text;
}

// Spork's have none, and Windows lists them nowhere.
std::set<std::string> named_segments() {
    return {};
}

// An ended process stays only as long as somebody holds a handle to it, and handles are counted.
std::size_t unreaped_children() {
    return 0;
}

bool process_exists(std::int64_t pid) {
    const HANDLE process = OpenProcess(SYNCHRONIZE, FALSE, static_cast<DWORD>(pid));
    if (!process) {
        return false;
    }
    const bool alive = WaitForSingleObject(process, 0) == WAIT_TIMEOUT;
    CloseHandle(process);
    return alive;
}

int niceness() {
    switch (GetPriorityClass(GetCurrentProcess())) {
        case IDLE_PRIORITY_CLASS:
            return 19;
        case BELOW_NORMAL_PRIORITY_CLASS:
            return 10;
        default:
            return 0;
    }
}

bool appends_in_one_step() {
    const bool wine = GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version") != nullptr;
    return !wine;
}

bool handles_wait_in_the_parent() {
    return true;
}

bool is_open_socket(spork::native_handle_type socket) {
    int type = 0;
    int size = sizeof type;
    return getsockopt(static_cast<SOCKET>(socket), SOL_SOCKET, SO_TYPE, reinterpret_cast<char*>(&type), &size) == 0;
}

void close_standard_handle(int number) {
    _close(number);
}

void kill_this_process() {
    TerminateProcess(GetCurrentProcess(), 0x10000 + 9);
    std::abort();
}

}  // namespace support
