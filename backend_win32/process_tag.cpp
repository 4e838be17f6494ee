#include "platform/process_tag.hpp"

#include "process_identity.hpp"

#include <cassert>

namespace spork::platform {

namespace {

/// The low half of the time of creation, in 100 ns: it repeats after seven minutes, and then for one instant.
ProcessTag tag_of(const win32::ProcessIdentity& process) noexcept {
    // Numbers of processes and threads come out of one handle table, which has room for 2^24 entries, four apart.
    assert(process.id < tag_id_limit);
    return {process.id, static_cast<std::uint32_t>(process.created)};
}

}  // namespace

std::atomic<std::uint64_t> known_process_tag{0};

std::uint64_t find_out_process_tag() noexcept {
    const ProcessTag tag = tag_of(win32::own_identity());
    const std::uint64_t word = std::uint64_t{tag.start} << 32 | tag.id;
    known_process_tag.store(word, std::memory_order_relaxed);
    return word;
}

ProcessTag tag_of_process(std::uint32_t id) noexcept {
    const Handle process(win32::raw(OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, static_cast<DWORD>(id))));
    if (process) {
        if (const auto found = win32::identity_of(win32::native(process.get()))) {
            return tag_of(*found);
        }
    }
    return {id, 0};
}

// No process here is the copy of another.
void renew_process_tag() noexcept {}

bool ProcessWatch::has_ended(ProcessTag tag) noexcept {
    if (tag != tag_) {
        tag_ = tag;
        ended_ = false;
        process_.reset();
    }
    if (!ended_ && !process_) {
        process_ = Handle(win32::raw(
            OpenProcess(SYNCHRONIZE | PROCESS_QUERY_LIMITED_INFORMATION, FALSE, static_cast<DWORD>(tag.id))));
        if (!process_) {
            // That is how Windows says that no process has the number. Any other reason, such as access denied, may be
            // gone with the process, so it is asked again.
            ended_ = GetLastError() == ERROR_INVALID_PARAMETER;
        } else if (tag.start != 0) {
            // While this handle is open the number stays this process's.
            const auto found = win32::identity_of(win32::native(process_.get()));
            ended_ = found && tag_of(*found) != tag;
        }
    }
    if (!ended_ && process_) {
        ended_ = WaitForSingleObject(win32::native(process_.get()), 0) == WAIT_OBJECT_0;
    }
    if (ended_) {
        process_.reset();
    }
    return ended_;
}

}  // namespace spork::platform
