#include "private_pipe.hpp"

#include "error.hpp"
#include "platform/host.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

namespace spork::platform::win32 {

namespace {

constexpr std::wstring_view folder = LR"(\\.\pipe)";
constexpr std::wstring_view prefix = LR"(\spork-)";

static_assert(folder.size() + prefix.size() + 2 * std::tuple_size_v<PipeKey> + 1 == std::tuple_size_v<PipeName>);

PipeName name_of(const PipeKey& key) noexcept {
    constexpr wchar_t digits[] = L"0123456789abcdef";
    PipeName name{};
    wchar_t* out = std::ranges::copy(folder, name.data()).out;
    out = std::ranges::copy(prefix, out).out;
    for (const std::byte byte : key) {
        *out++ = digits[std::to_integer<unsigned>(byte) >> 4];
        *out++ = digits[std::to_integer<unsigned>(byte) & 15];
    }
    return name;
}

/// Windows gives a pipe that was made without a security descriptor read access for everyone. Ours has one entry: this
/// process's user may do everything.
class OwnerOnly {
public:
    OwnerOnly() noexcept {
        HANDLE token = nullptr;
        if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token)) {
            reason_ = last_error();
            return;
        }
        const Handle guard(raw(token));
        DWORD size = 0;
        if (!GetTokenInformation(token, TokenUser, user_.data(), static_cast<DWORD>(user_.size()), &size)) {
            reason_ = last_error();
            return;
        }
        TOKEN_USER user;
        std::memcpy(&user, user_.data(), sizeof user);
        ACL* const list = reinterpret_cast<ACL*>(list_.data());
        if (!InitializeAcl(list, static_cast<DWORD>(list_.size()), ACL_REVISION) ||
            !AddAccessAllowedAce(list, ACL_REVISION, GENERIC_ALL, user.User.Sid) ||
            !InitializeSecurityDescriptor(&descriptor_, SECURITY_DESCRIPTOR_REVISION) ||
            !SetSecurityDescriptorDacl(&descriptor_, TRUE, list, FALSE)) {
            reason_ = last_error();
        }
    }

    std::error_code reason() const noexcept { return reason_; }

    SECURITY_ATTRIBUTES attributes() noexcept { return {sizeof(SECURITY_ATTRIBUTES), &descriptor_, FALSE}; }

private:
    alignas(TOKEN_USER) std::array<std::byte, sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE> user_{};
    alignas(ACL) std::array<std::byte, sizeof(ACL) + sizeof(ACCESS_ALLOWED_ACE) + SECURITY_MAX_SID_SIZE> list_{};
    SECURITY_DESCRIPTOR descriptor_{};
    std::error_code reason_;
};

}  // namespace

Result<PipeKey> random_pipe_key() noexcept {
    PipeKey key;
    if (const std::error_code error = random_bytes(key)) {
        return error;
    }
    return key;
}

Result<Handle> create_pipe_server(const PipeKey& key, DWORD mode, DWORD capacity) noexcept {
    static OwnerOnly owner_only;
    if (owner_only.reason()) {
        return owner_only.reason();
    }
    SECURITY_ATTRIBUTES security = owner_only.attributes();
    // Wine ignores FILE_FLAG_FIRST_PIPE_INSTANCE; there the random name alone keeps others out.
    const HANDLE pipe =
        CreateNamedPipeW(name_of(key).data(), mode | FILE_FLAG_OVERLAPPED | FILE_FLAG_FIRST_PIPE_INSTANCE,
                         PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS, 1,
                         capacity, capacity, 0, &security);
    if (pipe == INVALID_HANDLE_VALUE) {
        return last_error();
    }
    return Handle(raw(pipe));
}

Result<Handle> open_pipe_client(const PipeKey& key, DWORD access) noexcept {
    // A server could act in the name of a client that connects; ours only may ask who it is.
    constexpr DWORD flags = FILE_FLAG_OVERLAPPED | SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION;
    const DWORD reading = (access & GENERIC_READ) != 0 ? FILE_WRITE_ATTRIBUTES : 0;  // to change the read mode
    const HANDLE pipe = CreateFileW(name_of(key).data(), access | reading, 0, nullptr, OPEN_EXISTING, flags, nullptr);
    if (pipe == INVALID_HANDLE_VALUE) {
        return last_error();
    }
    Handle client(raw(pipe));
    DWORD read_mode = PIPE_READMODE_MESSAGE;
    if (reading != 0 && !SetNamedPipeHandleState(pipe, &read_mode, nullptr, nullptr)) {
        return last_error();
    }
    return client;
}

PipeName name_of_pipe(HANDLE end) noexcept {
    alignas(FILE_NAME_INFO) std::array<std::byte, sizeof(FILE_NAME_INFO) + sizeof(PipeName)> answer{};
    if (!GetFileInformationByHandleEx(end, FileNameInfo, answer.data(), static_cast<DWORD>(answer.size()))) {
        return {};
    }
    const auto* info = reinterpret_cast<const FILE_NAME_INFO*>(answer.data());
    const std::wstring_view path(info->FileName, info->FileNameLength / sizeof(wchar_t));
    PipeName name{};
    if (!path.starts_with(prefix) || folder.size() + path.size() + 1 != name.size()) {
        return {};
    }
    std::ranges::copy(path, std::ranges::copy(folder, name.data()).out);
    return name;
}

bool server_is_open(const PipeName& name) noexcept {
    // Nobody is let in: a pipe takes one client, and has had it. A pipe that is gone is not "busy", though.
    const Handle nobody(raw(CreateFileW(name.data(), 0, 0, nullptr, OPEN_EXISTING, 0, nullptr)));
    return nobody || GetLastError() != ERROR_FILE_NOT_FOUND;
}

}  // namespace spork::platform::win32
