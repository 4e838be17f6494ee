#include "exit_work.hpp"

#include "log_route.hpp"
#include "process_state.hpp"
#include "runtime.hpp"

#include <spork/finalize.hpp>
#include <spork/logging.hpp>

#include <boost/core/demangle.hpp>

#include <limits>

namespace spork {

namespace detail {

namespace {

void end_children() {
    for (const auto& child : live_children()) {
        if (child->daemon() && child->is_alive()) {
            get_logger().info("calling terminate() for daemon " + child->name());
            child->request_end(platform::EndRequest::terminate, "terminate");
        }
    }
    for (const auto& child : live_children()) {
        get_logger().info("calling join() for process " + child->name());
        child->join(no_limit, {});
    }
}

}  // namespace

void run_exit_work() {
    Runtime& runtime = Runtime::get();
    {
        const std::lock_guard hold(runtime.mutex);
        if (std::exchange(runtime.exiting, true)) {
            return;
        }
    }
    run_finalizers(0, std::numeric_limits<int>::max());
    end_children();
    run_finalizers(std::numeric_limits<int>::min(), -1);
    finish_log_relay();
}

std::string readable_type_name(const std::type_info& type) {
    return boost::core::demangle(type.name());
}

}  // namespace detail

bool is_exiting() noexcept {
    detail::Runtime& runtime = detail::Runtime::get();
    const std::lock_guard hold(runtime.mutex);
    return runtime.exiting;
}

}  // namespace spork
