#include "host_facts.hpp"

#include "error.hpp"
#include "lifeline.hpp"
#include "processor_set.hpp"

#include "platform/host.hpp"

#include <mach/mach.h>
#include <sys/random.h>
#include <sys/sysctl.h>
#include <unistd.h>

#include <algorithm>
#include <climits>

namespace spork::platform {

unsigned cpus_of_this_process() noexcept {
    const long count = ::sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : static_cast<unsigned>(count);
}

unsigned quota_in_cpus() noexcept {
    return UINT_MAX;
}

std::uint64_t memory_of_machine() noexcept {
    std::uint64_t size = 0;
    std::size_t length = sizeof size;
    return ::sysctlbyname("hw.memsize", &size, &length, nullptr, 0) == 0 ? size : UINT64_MAX;
}

unsigned thread_count() noexcept {
    thread_act_array_t threads = nullptr;
    mach_msg_type_number_t count = 0;
    if (::task_threads(::mach_task_self(), &threads, &count) != KERN_SUCCESS) {
        return 0;
    }
    for (mach_msg_type_number_t i = 0; i < count; ++i) {
        ::mach_port_deallocate(::mach_task_self(), threads[i]);
    }
    ::vm_deallocate(::mach_task_self(), reinterpret_cast<vm_address_t>(threads), count * sizeof *threads);
    return count > lifeline_threads() ? count - lifeline_threads() : count;
}

std::error_code random_bytes(std::span<std::byte> out) noexcept {
    for (std::size_t done = 0; done < out.size();) {
        const std::size_t piece = std::min<std::size_t>(out.size() - done, 256);  // getentropy's limit
        if (::getentropy(out.data() + done, piece) < 0) {
            return last_error();
        }
        done += piece;
    }
    return {};
}

std::error_code set_processors(ProcessId, std::span<const unsigned>) noexcept {
    return std::make_error_code(std::errc::not_supported);
}

}  // namespace spork::platform
