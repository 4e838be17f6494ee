#include "runtime.hpp"

#include "process_state.hpp"
#include "system_error.hpp"

#include <atomic>

namespace spork::detail {

namespace {

std::atomic<Runtime*> instance = nullptr;
std::mutex making;

}  // namespace

Runtime::Runtime() = default;

Runtime& Runtime::get() {
    if (Runtime* runtime = instance.load(std::memory_order_acquire)) {
        return *runtime;
    }
    const std::lock_guard hold(making);
    if (!instance.load(std::memory_order_relaxed)) {
        auto* const runtime = new Runtime();
        if (auto error = platform::random_bytes(runtime->family_key)) {
            throw_system(error, "cannot make the key of this program run");
        }
        runtime->current = ProcessState::main_process();
        instance.store(runtime, std::memory_order_release);
    }
    return *instance.load(std::memory_order_relaxed);
}

Runtime& Runtime::renew_after_fork() {
    // The old one stays where it is: its owner's threads are gone, and what they held must not be waited for.
    Runtime& old = get();
    for (const auto& child : old.children) {
        child->forget_after_fork();
    }
    auto* const runtime = new Runtime();
    runtime->initialised = old.initialised;
    runtime->arguments = old.arguments;
    runtime->executable = old.executable;
    runtime->method = old.method;
    runtime->method_chosen = old.method_chosen;
    runtime->family_key = old.family_key;
    runtime->current = old.current;
    instance.store(runtime, std::memory_order_release);
    return *runtime;
}

FamilyKey family_key() {
    return Runtime::get().family_key;
}

}  // namespace spork::detail
