/// \file
/// fork under the address sanitizer of clang 16 and before, whose allocator stays locked in a child when another thread
/// of the parent was in it: the child's first allocation then waits for ever. glibc unlocks its own allocator in a child,
/// and so does the sanitizer from clang 18 on, in the way that is done here:
/// https://github.com/llvm/llvm-project/pull/75290. Not part of spork: no program but the tests under this sanitizer has it.

#include <pthread.h>

// The sanitizer's own functions, by its own names. They lie in the archive that every sanitized program is linked with.
namespace __lsan {
void LockThreadRegistry();
void UnlockThreadRegistry();
void LockAllocator();
void UnlockAllocator();
}  // namespace __lsan

namespace __sanitizer {
void StackDepotLockAll();
void StackDepotUnlockAll();
}  // namespace __sanitizer

namespace {

// In the order in which the sanitizer takes them itself. Nothing may allocate from here to unlock().
void lock() {
    __lsan::LockThreadRegistry();
    __lsan::LockAllocator();
    __sanitizer::StackDepotLockAll();
}

void unlock() {
    __sanitizer::StackDepotUnlockAll();
    __lsan::UnlockAllocator();
    __lsan::UnlockThreadRegistry();
}

// Registered before main, hence before what the program itself registers: it locks last and unlocks first.
[[maybe_unused]] const int registered = ::pthread_atfork(lock, unlock, unlock);

}  // namespace
