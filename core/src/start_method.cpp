/// \file
/// Which start methods there are, and which one the program uses.

#include <spork/context.hpp>
#include <spork/error.hpp>
#include <spork/start_method.hpp>

#include "process_state.hpp"
#include "runtime.hpp"

#include "platform/host.hpp"

#include <string>

namespace spork {

namespace {

constexpr const char* variable = "SPORK_START_METHOD";

std::string known_methods() {
    std::string names;
    for (StartMethod method : get_all_start_methods()) {
        names += (names.empty() ? "" : ", ") + std::string(to_string(method));
    }
    return names;
}

StartMethod default_method() {
    const std::string wanted = platform::environment_variable(variable);
    if (wanted.empty()) {
        return platform::launchers().front()->method();
    }
    for (StartMethod method : get_all_start_methods()) {
        if (wanted == to_string(method)) {
            return method;
        }
    }
    throw StartMethodUnavailable(std::string(variable) + "=" + wanted +
                                 ": this system has no such start method; it has " + known_methods());
}

}  // namespace

std::string_view to_string(StartMethod method) noexcept {
    switch (method) {
        case StartMethod::fork:
            return "fork";
        case StartMethod::spawn:
            return "spawn";
        case StartMethod::forkserver:
            return "forkserver";
    }
    return "unknown";
}

std::vector<StartMethod> get_all_start_methods() {
    std::vector<StartMethod> methods;
    for (const platform::Launcher* launcher : platform::launchers()) {
        methods.push_back(launcher->method());
    }
    return methods;
}

StartMethod get_start_method() {
    return detail::fixed_start_method();
}

void set_start_method(StartMethod method, bool force) {
    detail::launcher_for(method);
    detail::Runtime& runtime = detail::Runtime::get();
    const std::lock_guard hold(runtime.mutex);
    if (runtime.method && !force) {
        throw UsageError("set_start_method(" + std::string(to_string(method)) + "): the start method is already " +
                         std::string(to_string(*runtime.method)) +
                         "; set it once, before the first process is started, or use get_context");
    }
    runtime.method = method;
    runtime.method_chosen = true;
}

Context get_context(std::optional<StartMethod> method) {
    if (!method) {
        return Context(get_start_method());
    }
    detail::launcher_for(*method);
    return Context(*method);
}

namespace detail {

StartMethod fixed_start_method() {
    Runtime& runtime = Runtime::get();
    const std::lock_guard hold(runtime.mutex);
    if (!runtime.method) {
        runtime.method = default_method();
    }
    return *runtime.method;
}

platform::Launcher& launcher_for(StartMethod method) {
    for (platform::Launcher* launcher : platform::launchers()) {
        if (launcher->method() == method) {
            return *launcher;
        }
    }
    throw StartMethodUnavailable("this system has no start method " + std::string(to_string(method)) + "; it has " +
                                 known_methods());
}

}  // namespace detail
}  // namespace spork
