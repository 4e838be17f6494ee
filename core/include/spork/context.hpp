#pragma once

/// \file
/// The API bound to one start method.

#include <spork/connection.hpp>
#include <spork/export.hpp>
#include <spork/process.hpp>

#include <optional>
#include <utility>

namespace spork {

/// Context makes processes by one start method, whatever the program's default is.
///
///     auto spawn = spork::get_context(spork::StartMethod::spawn);
///     auto p = spawn.Process(work, 1);
///
/// Everything made by one context can be given to the processes of another. Python: multiprocessing.get_context.
class Context {
public:
    explicit Context(StartMethod method) noexcept : method_(method) {}

    StartMethod get_start_method() const noexcept { return method_; }

    spork::Process Process() const { return Process(ProcessOptions()); }

    spork::Process Process(ProcessOptions options) const {
        options.start_method = method_;
        return spork::Process(std::move(options));
    }

    template <class F, class... A>
        requires(!std::is_same_v<std::remove_cvref_t<F>, ProcessOptions>)
    spork::Process Process(F&& target, A&&... arguments) const {
        return Process(ProcessOptions(), std::forward<F>(target), std::forward<A>(arguments)...);
    }

    template <class F, class... A>
    spork::Process Process(ProcessOptions options, F&& target, A&&... arguments) const {
        options.start_method = method_;
        return spork::Process(std::move(options), std::forward<F>(target), std::forward<A>(arguments)...);
    }

    ConnectionPair Pipe(bool duplex = true) const { return make_pipe(duplex); }

    friend bool operator==(const Context&, const Context&) = default;

private:
    StartMethod method_;
};

/// Throws StartMethodUnavailable when this system lacks the method. Without a method: the program's default, now fixed.
SPORK_API Context get_context(std::optional<StartMethod> method = std::nullopt);

/// Runs `preload` once in the fork server before it forks its first child, so that what it loads is there in every child.
/// For the next fork server that is started; replaces what was set before. No effect where there is none (Windows).
SPORK_API void set_forkserver_preload(Task<void> preload);

}  // namespace spork
