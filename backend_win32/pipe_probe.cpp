#include "pipe_probe.hpp"

#include "error.hpp"

#include <winternl.h>

#include <optional>

// Not in the winternl.h of every Windows SDK, though in every ntdll.
extern "C" NTSTATUS NTAPI NtQueryInformationFile(HANDLE, PIO_STATUS_BLOCK, PVOID, ULONG, FILE_INFORMATION_CLASS);

namespace spork::platform::win32 {

namespace {

/// FILE_PIPE_LOCAL_INFORMATION of the driver kit. The Win32 calls tell none of it to an end that cannot read.
struct PipeInformation {
    ULONG type;
    ULONG configuration;
    ULONG most_instances;
    ULONG instances;
    ULONG inbound_quota;
    ULONG readable;
    ULONG outbound_quota;
    ULONG write_quota;
    ULONG state;
    ULONG end;
};
constexpr auto pipe_information = static_cast<FILE_INFORMATION_CLASS>(24);  // FilePipeLocalInformation
constexpr ULONG state_connected = 3;
constexpr ULONG client_end = 0;

std::optional<PipeInformation> ask(HANDLE pipe) noexcept {
    IO_STATUS_BLOCK status{};
    PipeInformation information{};
    const NTSTATUS outcome = NtQueryInformationFile(pipe, &status, &information, sizeof information, pipe_information);
    return NT_SUCCESS(outcome) ? std::optional(information) : std::nullopt;
}

/// A read of no bytes needs an address all the same.
std::byte nowhere{};

}  // namespace

void start_probe(Operation& probe, HANDLE pipe) noexcept {
    probe.start([pipe](OVERLAPPED* overlapped) { return ReadFile(pipe, &nowhere, 0, nullptr, overlapped); });
}

std::error_code probe_result(const Completion& completion) noexcept {
    if (completion.cut_short) {
        return completion.cut_short;
    }
    if (completion.error == ERROR_MORE_DATA) {
        return {};
    }
    if (completion.error == ERROR_SUCCESS) {
        // Somebody wrote a message of no bytes, which Windows 8 and later take out here. Ours always have a header.
        return std::make_error_code(std::errc::bad_message);
    }
    return receive_error(completion.error);
}

std::error_code next_message_size(HANDLE pipe, std::size_t& size) noexcept {
    DWORD available = 0;
    DWORD left = 0;
    if (!PeekNamedPipe(pipe, nullptr, 0, nullptr, &available, &left)) {
        return receive_error(GetLastError());
    }
    size = available == 0 ? 0 : left;
    return {};
}

bool peer_is_gone(HANDLE pipe) noexcept {
    const std::optional<PipeInformation> information = ask(pipe);
    return information && information->state != state_connected;
}

bool is_client_end(HANDLE pipe) noexcept {
    const std::optional<PipeInformation> information = ask(pipe);
    return information && information->end == client_end;
}

}  // namespace spork::platform::win32
