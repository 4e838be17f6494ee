#include "platform/debug.hpp"

#include "text.hpp"
#include "windows_api.hpp"

namespace spork::platform {

namespace {

constexpr DWORD pause = 50;  // milliseconds between two looks: Windows announces no debugger

}  // namespace

// Since Windows 10 1607, and not in every import library.
void show_name(const std::string& name) noexcept {
    using SetThreadDescription = HRESULT(WINAPI*)(HANDLE, PCWSTR);
    const HMODULE library = ::GetModuleHandleW(L"kernelbase.dll");
    const auto call = library ? reinterpret_cast<SetThreadDescription>(
                                    reinterpret_cast<void*>(::GetProcAddress(library, "SetThreadDescription")))
                              : nullptr;
    if (!call) {
        return;
    }
    try {
        call(::GetCurrentThread(), win32::to_wide(name).c_str());
    } catch (const std::bad_alloc&) {
    }
}

std::string debugger_command() {
    return "gdb -p " + std::to_string(::GetCurrentProcessId()) + ", or any other";
}

void wait_for_debugger() noexcept {
    while (::IsDebuggerPresent() == 0) {
        ::Sleep(pause);
    }
}

}  // namespace spork::platform
