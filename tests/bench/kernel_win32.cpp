#include "kernel.hpp"

#include "job.hpp"

#include <windows.h>

#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <vector>

namespace bench::kernel {

namespace {

void check(bool worked, const char* call) {
    if (!worked) {
        throw std::system_error(static_cast<int>(GetLastError()), std::system_category(), call);
    }
}

PROCESS_INFORMATION start(const std::string& program) {
    std::wstring line = L"\"" + std::filesystem::path(program).wstring() + L"\" ";
    line.append(end_word.begin(), end_word.end());
    STARTUPINFOW startup{};
    startup.cb = sizeof startup;
    PROCESS_INFORMATION child{};
    check(CreateProcessW(nullptr, line.data(), nullptr, nullptr, FALSE, 0, nullptr, nullptr, &startup, &child) != 0,
          "CreateProcess");
    CloseHandle(child.hThread);
    return child;
}

}  // namespace

const std::string copy_call;
const std::string program_call = "CreateProcess of the same program";

void start_and_wait(const std::string&, const std::string& program, int children) {
    std::vector<PROCESS_INFORMATION> started;
    for (int i = 0; i < children; ++i) {
        started.push_back(start(program));
    }
    for (const PROCESS_INFORMATION& child : started) {
        WaitForSingleObject(child.hProcess, INFINITE);
        DWORD code = 1;
        GetExitCodeProcess(child.hProcess, &code);
        CloseHandle(child.hProcess);
        if (code != 0) {
            throw std::runtime_error("a child of CreateProcess failed");
        }
    }
}

// A peer of the POSIX systems.
bool SocketEcho::available() noexcept {
    return false;
}
SocketEcho::SocketEcho(std::size_t) {
    throw std::logic_error("there are no socket pairs here");
}
SocketEcho::~SocketEcho() = default;
void SocketEcho::round_trip(std::span<std::byte>) {}
double SocketEcho::cpu_seconds_of_blocked_read(double) {
    return 0;
}

const std::string SharedMutex::name = "kernel mutex";

SharedMutex::SharedMutex() : mutex_(CreateMutexW(nullptr, FALSE, nullptr)) {
    check(mutex_ != nullptr, "CreateMutex");
}

SharedMutex::~SharedMutex() {
    CloseHandle(mutex_);
}

void SharedMutex::lock() {
    WaitForSingleObject(mutex_, INFINITE);
}

void SharedMutex::unlock() {
    ReleaseMutex(mutex_);
}

std::optional<double> SharedMutex::contend(int, int) {
    return std::nullopt;
}

std::shared_ptr<void> occupy(std::uint64_t bytes) {
    if (bytes == 0) {
        return nullptr;
    }
    auto memory = std::make_shared<std::vector<char>>(bytes);
    for (std::size_t at = 0; at < memory->size(); at += 4096) {
        (*memory)[at] = 1;
    }
    return memory;
}

double cpu_seconds() {
    FILETIME created, ended, system, user;
    GetProcessTimes(GetCurrentProcess(), &created, &ended, &system, &user);
    const auto seconds = [](const FILETIME& time) {
        return (static_cast<double>(time.dwHighDateTime) * 4294967296.0 + time.dwLowDateTime) / 1e7;
    };
    return seconds(system) + seconds(user);
}

}  // namespace bench::kernel
