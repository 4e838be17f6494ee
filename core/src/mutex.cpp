#include "mutex.hpp"

#include <spork/error.hpp>

#include <atomic>

namespace spork::detail {

namespace {

/// A number that no thread of any other running process has, and no other of this one had. A forked child's threads get
/// others than their parent's.
std::uint64_t thread_number() noexcept {
    static std::atomic<std::uint32_t> last{0};
    thread_local std::uint32_t number = 0;
    if (number == 0) {
        number = ++last;
    }
    return std::uint64_t{platform::process_tag().id} << 32 | number;
}

/// In the thread that has just taken the word. The thread's number goes away before the word is freed, and no other thread
/// writes it: so nobody ever finds its own number beside a word that it does not hold.
void become_owner(MutexState& mutex, std::uint32_t depth) noexcept {
    if (mutex.kind == LockKind::recursive) {
        mutex.depth = depth;
        mutex.thread.store(thread_number(), std::memory_order_relaxed);
    }
}

}  // namespace

bool owns_mutex(const MutexState& mutex) noexcept {
    // The word first: a thread's number costs more to find than the process's.
    return mutex.word.held_by_this_process() && mutex.thread.load(std::memory_order_relaxed) == thread_number();
}

bool try_lock_recursive(MutexState& mutex) noexcept {
    if (owns_mutex(mutex)) {
        ++mutex.depth;
        return true;
    }
    if (!mutex.word.try_lock()) {
        return false;
    }
    become_owner(mutex, 1);
    return true;
}

bool try_succeed_mutex(SharedObject& object) noexcept {
    MutexState& mutex = object.header().mutex;
    if (!object.time_to_look() || !mutex.word.try_succeed()) {
        return false;
    }
    become_owner(mutex, 1);
    return true;
}

WaitEnd wait_for_mutex(SharedObject& object, SleepLimit limit) noexcept {
    MutexState& mutex = object.header().mutex;
    const WaitEnd end = mutex.word.wait(object.mapping(), limit);
    if (end == WaitEnd::done) {
        become_owner(mutex, 1);
    }
    return end;
}

void unlock_mutex(SharedObject& object) {
    MutexState& mutex = object.header().mutex;
    if (mutex.kind == LockKind::recursive) {
        if (!owns_mutex(mutex)) {
            throw UsageError("an RLock was released by a thread that does not hold it");
        }
        if (--mutex.depth != 0) {
            return;
        }
        mutex.thread.store(0, std::memory_order_relaxed);
    }
    if (!mutex.word.unlock(object.mapping())) {
        throw UsageError("a Lock was released that nobody holds");
    }
}

std::uint32_t free_mutex(SharedObject& object) noexcept {
    MutexState& mutex = object.header().mutex;
    std::uint32_t depth = 1;
    if (mutex.kind == LockKind::recursive) {
        depth = mutex.depth;
        mutex.thread.store(0, std::memory_order_relaxed);
    }
    mutex.word.unlock(object.mapping());
    return depth;
}

void take_mutex_back(SharedObject& object, std::uint32_t depth) noexcept {
    MutexState& mutex = object.header().mutex;
    mutex.word.lock(object.mapping());
    become_owner(mutex, depth);
}

}  // namespace spork::detail
