#include "child_main.hpp"

#include "code_position.hpp"
#include "debug_wait.hpp"
#include "exit_work.hpp"
#include "global_table.hpp"
#include "launch_record.hpp"
#include "log_route.hpp"
#include "output.hpp"
#include "owned_handle.hpp"
#include "process_state.hpp"
#include "runtime.hpp"
#include "stop_listener.hpp"

#include "platform/debug.hpp"
#include "platform/exception_type.hpp"

#include <spork/error.hpp>
#include <spork/exit_status.hpp>
#include <spork/finalize.hpp>
#include <spork/logging.hpp>

#include <exception>
#include <typeinfo>

namespace spork::detail {

namespace {

/// A start record up to this size stays in memory until the child ends: to free it costs more than it gives back, since
/// the allocator would write to pages that children of a fork server still share.
constexpr std::size_t kept_record = std::size_t{64} * 1024;

/// The exit code of a child whose target threw. Python's.
constexpr int failed = 1;

/// The name of an exception's type; what std::throw_with_nested wraps around it is left out.
std::string exception_name(const std::type_info& type) {
    constexpr std::string_view wrapper = "std::_Nested_exception<";
    std::string name = readable_type_name(type);
    if (name.starts_with(wrapper)) {
        name = name.substr(wrapper.size(), name.size() - wrapper.size() - 1);
    }
    return name;
}

/// The exception and those nested in it, a line each.
void describe(const std::exception& error, std::string& text) {
    text += exception_name(typeid(error)) + ": " + error.what() + "\n";
    try {
        std::rethrow_if_nested(error);
    } catch (const std::exception& nested) {
        text += "caused by ";
        describe(nested, text);
    } catch (...) {
        text += "caused by an exception that is no std::exception\n";
    }
}

/// To be called in a catch block: what was thrown that is no std::exception.
std::string describe_foreign_exception() {
    const std::type_info* type = platform::current_exception_type();
    std::string text = type ? readable_type_name(*type) : "an exception that is no std::exception";
    try {
        throw;
    } catch (const std::string& value) {
        text = "std::string: " + value;
    } catch (const char* value) {
        text += ": " + std::string(value);
    } catch (int value) {
        text += ": " + std::to_string(value);
    } catch (...) {
    }
    return text + "\n";
}

void report_uncaught(const std::string& description) {
    platform::write_stderr("Process " + current_process().name() + ":\n" + description);
}

void tell_parent_started() {
    const auto message = static_cast<std::byte>(ControlMessage::started);
    // A parent that is gone need not know.
    static_cast<void>(
        platform::channel_send(Runtime::get().control->native(), {&message, 1}, {}, platform::Patience()));
}

/// Becomes the process that the record describes, and returns its target.
Target bootstrap(platform::ChildStart& start, const Target& in_memory) {
    Runtime& runtime = Runtime::get();
    Reader reader(start.record.bytes, own_all(start.record.handles));
    LaunchRecord record = LaunchRecord::load(reader);
    {
        const std::lock_guard hold(runtime.mutex);
        runtime.family_key = record.family_key;
        runtime.method = record.default_method;
        runtime.method_chosen = record.method_chosen;
        runtime.current = ProcessState::child_process(std::move(record.name), std::move(record.identity), record.daemon,
                                                      std::move(record.authkey));
        runtime.parent = ParentInfo{std::move(record.parent_name), record.parent_pid, own(std::move(start.parent_alive))};
        runtime.control = own(std::move(start.control));
    }
    tell_parent_started();
    platform::show_name(runtime.current->name());
    wait_for_debugger_if_asked(runtime.current->name(), runtime.current->identity());
    read_log_route(reader);
    read_globals(reader);
    Target target = record.has_target ? read_target(reader) : in_memory;
    reader.expect_end();
    const std::lock_guard hold(runtime.mutex);
    runtime.initialised = true;
    return target;
}

/// Nobody wants to hear that a daemon has nothing to do any more: main has ended, or does not need it.
void run_target(TaskBody& body) {
    try {
        body.run(nullptr, true);
    } catch (const QueueEnded&) {
        if (!current_process().daemon()) {
            throw;
        }
    }
}

/// Runs `work` and maps every way out of it to an exit code.
template <class Work>
int exit_code_of(Work&& work) {
    try {
        work();
        return 0;
    } catch (const Exit& exit) {
        if (!exit.text.empty()) {
            platform::write_stderr(exit.text + "\n");
        }
        return exit.code;
    } catch (const std::exception& error) {
        std::string description;
        describe(error, description);
        report_uncaught(description);
    } catch (...) {
        report_uncaught(describe_foreign_exception());
    }
    return failed;
}

}  // namespace

void child_main(platform::ChildStart start, const Target& in_memory) noexcept {
    int code = exit_code_of([&] {
        Target target = bootstrap(start, in_memory);
        if (start.record.storage.size() > kept_record) {
            start.record = platform::Message();
        }
        get_logger().info("child process calling self.run()");
        if (target.body) {
            run_target(*target.body);
        }
    });
    const int exit_work = exit_code_of([] {
        get_logger().info("process shutting down");
        run_exit_work();
    });
    code = code == 0 ? exit_work : code;
    get_logger().info("process exiting with exitcode " + std::to_string(code));
    flush_output();
    platform::exit_now(code);
}

void run_forked_child(platform::ChildStart start, void* context) {
    const auto* fork_context = static_cast<const ForkContext*>(context);
    Runtime::renew_after_fork();
    forget_log_relay();
    forget_finalizers();
    forget_stop_listeners();
    if (!fork_context->in_memory.body) {
        close_inherited_handles();
    }
    const Target in_memory = fork_context->in_memory;
    release_handle_table_after_fork();
    child_main(std::move(start), in_memory);
}

void run_preload(std::span<const std::byte> record, int argc, char** argv) noexcept {
    const int code = exit_code_of([&] {
        // What every child needs is found out and made once, here.
        Runtime& runtime = Runtime::get();
        runtime.arguments.assign(argv, argv + argc);
        main_image();
        own(platform::Handle());
        apply_pending_globals();
        run_finalizers(0, 0);
        get_logger().debug("the fork server is ready");
        if (record.empty()) {
            return;
        }
        Reader reader(record);
        reader.read_bytes(runtime.family_key.data(), runtime.family_key.size());
        read_target(reader).body->run(nullptr, true);
    });
    if (code != 0) {
        platform::write_stderr("spork: the function given to set_forkserver_preload failed; the fork server goes on\n");
    }
}

}  // namespace spork::detail
