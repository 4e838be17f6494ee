#include "job.hpp"

#include "error.hpp"

namespace spork::platform::win32 {

namespace {

Result<Handle> make_job(DWORD limits) noexcept {
    Handle job(raw(CreateJobObjectW(nullptr, nullptr)));
    if (!job) {
        return last_error();
    }
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION information{};
    information.BasicLimitInformation.LimitFlags = limits;
    if (!SetInformationJobObject(native(job.get()), JobObjectExtendedLimitInformation, &information,
                                 sizeof information)) {
        return last_error();
    }
    return job;
}

}  // namespace

Result<RawHandle> family_job() noexcept {
    // Never closed: a static destructor would end the children before the exit work is done with them.
    static RawHandle family = no_handle;
    static SRWLOCK lock = SRWLOCK_INIT;
    AcquireSRWLockExclusive(&lock);
    std::error_code error;
    if (family == no_handle) {
        // Breaking away is allowed for children of children that are meant to survive.
        Result<Handle> job = make_job(JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | JOB_OBJECT_LIMIT_BREAKAWAY_OK);
        error = job.error();
        family = job ? job->release() : no_handle;
    }
    const RawHandle result = family;
    ReleaseSRWLockExclusive(&lock);
    if (error) {
        return error;
    }
    return result;
}

Result<Handle> make_tree_job() noexcept {
    return make_job(0);
}

}  // namespace spork::platform::win32
