#include "process_identity.hpp"

#include "error.hpp"

namespace spork::platform::win32 {

Result<ProcessIdentity> identity_of(HANDLE process) noexcept {
    FILETIME created;
    FILETIME exited;
    FILETIME kernel;
    FILETIME user;
    const DWORD id = GetProcessId(process);
    if (id == 0 || !GetProcessTimes(process, &created, &exited, &kernel, &user)) {
        return last_error();
    }
    return ProcessIdentity{id, std::uint64_t{created.dwHighDateTime} << 32 | created.dwLowDateTime};
}

const ProcessIdentity& own_identity() noexcept {
    static const ProcessIdentity identity = [] {
        const Result<ProcessIdentity> own = identity_of(GetCurrentProcess());
        return own ? *own : ProcessIdentity{GetCurrentProcessId(), 0};
    }();
    return identity;
}

Result<Handle> open_process(const ProcessIdentity& identity, DWORD access) noexcept {
    Handle process(raw(OpenProcess(access | PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE, FALSE, identity.id)));
    if (!process) {
        // 87 is how Windows says that no process has that number.
        const DWORD error = GetLastError();
        return error == ERROR_INVALID_PARAMETER ? std::make_error_code(std::errc::owner_dead) : windows_error(error);
    }
    // A process stays openable while anybody holds a handle of it, and its handles are gone nevertheless.
    const Result<ProcessIdentity> found = identity_of(native(process.get()));
    if (!found || *found != identity || WaitForSingleObject(native(process.get()), 0) != WAIT_TIMEOUT) {
        return std::make_error_code(std::errc::owner_dead);
    }
    return process;
}

}  // namespace spork::platform::win32
