#include "pipe_probe.hpp"

#include "error.hpp"

namespace spork::platform::win32 {

namespace {

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

std::error_code await_message(HANDLE pipe, const Patience& patience) noexcept {
    if (has_passed(patience.deadline)) {
        // One call instead of the three of a probe that is withdrawn at once.
        std::size_t size = 0;
        const std::error_code error = next_message_size(pipe, size);
        return error || size != 0 ? error : std::make_error_code(std::errc::timed_out);
    }
    Operation probe(pipe);
    start_probe(probe, pipe);
    return probe_result(probe.wait(patience));
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

}  // namespace spork::platform::win32
