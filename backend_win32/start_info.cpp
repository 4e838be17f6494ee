#include "start_info.hpp"

#include "error.hpp"
#include "platform/file.hpp"

#include <algorithm>

namespace spork::platform::win32 {

Result<RawHandle> InheritedHandles::add(HANDLE source, DWORD access) {
    copies_.reserve(copies_.size() + 1);
    list_.reserve(list_.size() + 1);
    HANDLE copy = nullptr;
    const HANDLE self = GetCurrentProcess();
    if (!DuplicateHandle(self, source, self, &copy, access, TRUE, access == 0 ? DUPLICATE_SAME_ACCESS : 0)) {
        return last_error();
    }
    copies_.emplace_back(raw(copy));
    list_.push_back(copy);
    return raw(copy);
}

Result<RawHandle> InheritedHandles::add_stream(const StreamPlan& plan, DWORD standard_handle) {
    switch (plan.mode) {
        case StreamPlan::Mode::inherit: {
            const HANDLE own = GetStdHandle(standard_handle);
            if (raw(own) == no_handle) {
                return no_handle;
            }
            Result<RawHandle> copy = add(own);
            // A stream that this process has closed is closed in the child, too.
            const bool closed = !copy && copy.error() == windows_error(ERROR_INVALID_HANDLE);
            return closed ? Result<RawHandle>(no_handle) : copy;
        }
        case StreamPlan::Mode::null: {
            const Result<Handle> null = open_null();
            return null ? add(native(null->get())) : Result<RawHandle>(null.error());
        }
        case StreamPlan::Mode::handle:
            break;
    }
    if (plan.handle == no_handle) {
        return std::make_error_code(std::errc::bad_file_descriptor);
    }
    return add(native(plan.handle));
}

std::error_code InheritedHandles::verify() const noexcept {
    for (auto at = list_.begin(); at != list_.end(); ++at) {
        DWORD flags = 0;
        const bool inheritable = GetHandleInformation(*at, &flags) && (flags & HANDLE_FLAG_INHERIT) != 0;
        if (!inheritable || std::find(list_.begin(), at, *at) != at) {
            return std::make_error_code(std::errc::invalid_argument);
        }
    }
    return list_.empty() ? std::make_error_code(std::errc::invalid_argument) : std::error_code();
}

StartupInfo::~StartupInfo() {
    if (info_.lpAttributeList != nullptr) {
        DeleteProcThreadAttributeList(info_.lpAttributeList);
    }
}

std::error_code StartupInfo::build(std::span<HANDLE> inherited, std::span<HANDLE> jobs,
                                   const std::array<RawHandle, 3>& streams) {
    info_.StartupInfo.cb = sizeof info_;
    info_.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
    const auto stream = [&](std::size_t i) { return streams[i] == no_handle ? nullptr : native(streams[i]); };
    info_.StartupInfo.hStdInput = stream(0);
    info_.StartupInfo.hStdOutput = stream(1);
    info_.StartupInfo.hStdError = stream(2);

    const DWORD count = jobs.empty() ? 1 : 2;
    SIZE_T size = 0;
    InitializeProcThreadAttributeList(nullptr, count, 0, &size);  // "fails", and says how much it needs
    attributes_ = std::make_unique<std::byte[]>(size);
    auto* const list = reinterpret_cast<LPPROC_THREAD_ATTRIBUTE_LIST>(attributes_.get());
    if (!InitializeProcThreadAttributeList(list, count, 0, &size)) {
        return last_error();
    }
    info_.lpAttributeList = list;
    const std::error_code error = set(PROC_THREAD_ATTRIBUTE_HANDLE_LIST, inherited);
    return error || jobs.empty() ? error : set(PROC_THREAD_ATTRIBUTE_JOB_LIST, jobs);
}

std::error_code StartupInfo::set(DWORD_PTR attribute, std::span<HANDLE> handles) noexcept {
    if (!UpdateProcThreadAttribute(info_.lpAttributeList, 0, attribute, handles.data(), handles.size_bytes(), nullptr,
                                   nullptr)) {
        return last_error();
    }
    return {};
}

}  // namespace spork::platform::win32
