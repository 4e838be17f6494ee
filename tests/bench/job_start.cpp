/// \file
/// Starting and joining a child that does nothing.
///
/// "posix_spawn of the same program" starts this very program, which then ends at the top of main: the same file, the same
/// libraries, and none of spork's work. A parent with much memory is a process of its own, so that it can take turns with
/// one that has little.

#include "foreign.hpp"
#include "job.hpp"
#include "kernel.hpp"
#include "measure.hpp"

#include <spork/spork.hpp>

#include <algorithm>
#include <stdexcept>

namespace bench {

namespace {

constexpr std::uint64_t gibibyte = std::uint64_t{1} << 30;

// The names of spork's own ways are those of the start methods; the others are the kernel's calls.
const std::string forkserver = "forkserver";
const std::string spawn = "spawn";
const std::string fork_method = "fork";

void nothing() {}

std::optional<spork::StartMethod> method_of(const std::string& way) {
    for (spork::StartMethod method : spork::get_all_start_methods()) {
        if (way == spork::to_string(method)) {
            return method;
        }
    }
    return std::nullopt;
}

bool available(const std::string& way) {
    return method_of(way) || (!way.empty() && (way == kernel::copy_call || way == kernel::program_call));
}

void start_and_join(spork::StartMethod method, int children) {
    std::vector<spork::Process> started;
    for (int i = 0; i < children; ++i) {
        started.emplace_back(spork::ProcessOptions{.start_method = method}, nothing);
        started.back().start();
    }
    for (spork::Process& child : started) {
        child.join();
        if (child.exitcode() != 0) {
            throw std::runtime_error("a child that does nothing ended with another exit code than 0");
        }
    }
}

/// Seconds for each child, of so many that are started before the first is joined.
Samples start_children(const std::string& way, const std::string& program, int children, int times) {
    if (!available(way)) {
        return {};
    }
    const auto method = method_of(way);
    Samples samples = repeat(
        times, [&] { method ? start_and_join(*method, children) : kernel::start_and_wait(way, program, children); });
    for (double& sample : samples) {
        sample /= children;
    }
    return samples;
}

/// What a parent is asked to do.
struct Turn {
    std::string way;
    int children;
    int times;
};

/// The target of a parent process: it occupies memory, and then measures when asked to.
void be_parent(std::uint64_t resident, std::string program, spork::Connection orders) {
    const auto memory = kernel::occupy(resident);
    for (const char* way : {"forkserver", "spawn"}) {
        start_children(way, program, 1, 2);  // starts the fork server, and warms the caches
    }
    try {
        for (;;) {
            const Turn turn = orders.recv<Turn>();
            orders.send(start_children(turn.way, program, turn.children, turn.times));
        }
    } catch (const spork::EofError&) {
        // It is not needed any more.
    }
}

/// A process that starts children, with so much memory of its own.
class Parent {
public:
    Parent(std::uint64_t resident, const std::string& program) {
        auto [here, there] = spork::Pipe();
        process_ = spork::get_context(spork::StartMethod::spawn).Process(be_parent, resident, program, there);
        process_.start();
        there.close();
        orders_ = here;
    }
    Parent(const Parent&) = delete;
    Parent& operator=(const Parent&) = delete;
    ~Parent() {
        orders_.close();
        process_.join();
    }

    Side side(const std::string& way, int repetitions, int children = 1) {
        return {way, repetitions, [this, way, children](int times) {
                    orders_.send(Turn{way, children, times});
                    return orders_.recv<Samples>();
                }};
    }

private:
    spork::Process process_;
    spork::Connection orders_;
};

std::vector<std::optional<double>> in_microseconds(const std::vector<Side>& sides, int rounds) {
    auto figures = take_turns(sides, rounds);
    std::transform(figures.begin(), figures.end(), figures.begin(), microseconds);
    return figures;
}

std::string copy_name() {
    return kernel::copy_call.empty() ? "fork+wait" : kernel::copy_call;
}

void compare_with_kernel(Parent& parent, const Options& options, Report& report) {
    const auto figures =
        in_microseconds({parent.side(forkserver, 5), parent.side(kernel::copy_call, 5), parent.side(fork_method, 5),
                         parent.side(spawn, 3), parent.side(kernel::program_call, 3)},
                        options.quick ? 51 : 201);
    const std::string job = "start+join by ";
    report.rows.push_back({job + forkserver, copy_name(), "us", figures[0], figures[1], {Goal::Kind::ratio, 2}});
    report.rows.push_back({job + spawn, kernel::program_call, "us", figures[3], figures[4], {Goal::Kind::ratio, 1.5}});
    report.rows.push_back({job + fork_method, copy_name(), "us", figures[2], figures[1]});
}

void compare_with_libraries(Parent& parent, const Options& options, Report& report) {
    const auto python = [](const std::string& way, int repetitions) {
        return Side{way, repetitions, [way](int times) { return cpython("start", way, times); }};
    };
    const Side qprocess{"QProcess", 5, [&options](int times) { return qt("start", options.program, times); }};
    const auto figures = in_microseconds({parent.side(forkserver, 10), python(fork_method, 10), python(forkserver, 3),
                                          parent.side(spawn, 5), python(spawn, 1), qprocess},
                                         options.quick ? 3 : 9);
    const std::string job = "start+join by ";
    report.rows.push_back({job + forkserver, "CPython's fork", "us", figures[0], figures[1], {Goal::Kind::ratio, 0.1}});
    report.rows.push_back({job + forkserver, "CPython's forkserver", "us", figures[0], figures[2]});
    report.rows.push_back({job + spawn, "CPython's spawn", "us", figures[3], figures[4]});
    report.rows.push_back({job + spawn, "QProcess with the same program", "us", figures[3], figures[5]});
}

/// What a parent with much memory takes, and a small one in turn with it.
struct Grown {
    std::optional<double> by_forkserver;
    std::optional<double> by_copy;
    std::optional<double> by_spawn;
    std::optional<double> by_program;
    std::optional<double> small_by_forkserver;
};

Grown measure_grown(Parent& small, std::uint64_t size, const Options& options) {
    const auto free = kernel::free_memory();
    if (free && *free < size + gibibyte) {
        return {};
    }
    Parent large(size, options.program);
    const auto turns = in_microseconds({large.side(forkserver, 5), large.side(spawn, 2),
                                        large.side(kernel::program_call, 2), small.side(forkserver, 5)},
                                       options.quick ? 51 : 101);
    // By itself: copying much memory takes so long that the others' rounds would be few.
    const auto copy = in_microseconds({large.side(kernel::copy_call, 1)}, options.quick ? 3 : 7);
    return {turns[0], copy[0], turns[1], turns[2], turns[3]};
}

void grow_parent(Parent& small, const Options& options, Report& report) {
    std::vector<std::uint64_t> sizes{0, 4 * gibibyte};
    if (!options.quick) {
        sizes = {0, gibibyte / 4, gibibyte, 2 * gibibyte, 4 * gibibyte};
    }
    Curve curve{"start+join by parent's memory",
                "memory of the parent",
                "us",
                {},
                {},
                {{forkserver, {}}, {copy_name(), {}}, {spawn, {}}, {kernel::program_call, {}}}};
    Grown grown;
    for (std::uint64_t size : sizes) {
        grown = measure_grown(small, size, options);
        curve.at.push_back(static_cast<double>(size));
        curve.marks.push_back(bytes_text(size));
        curve.lines[0].values.push_back(grown.by_forkserver);
        curve.lines[1].values.push_back(grown.by_copy);
        curve.lines[2].values.push_back(grown.by_spawn);
        curve.lines[3].values.push_back(grown.by_program);
    }
    report.curves.push_back(std::move(curve));

    const std::string job = "start+join from " + bytes_text(sizes.back()) + " by ";
    report.rows.push_back({job + forkserver,
                           "itself from 0 GiB",
                           "us",
                           grown.by_forkserver,
                           grown.small_by_forkserver,
                           {Goal::Kind::ratio, 1.2}});
    report.rows.push_back({job + forkserver, copy_name(), "us", grown.by_forkserver, grown.by_copy});
    report.rows.push_back(
        {job + spawn, kernel::program_call, "us", grown.by_spawn, grown.by_program, {Goal::Kind::ratio, 1.5}});
}

/// Children that live at the same time, as many as there are after all are started and before the first is joined.
void grow_family(Parent& parent, const Options& options, Report& report) {
    const std::vector<int> counts = options.quick ? std::vector{1, 8, 64} : std::vector{1, 2, 4, 8, 16, 32, 64};
    Curve curve{
        "start+join of several", "children at once", "us a child", {}, {}, {{forkserver, {}}, {copy_name(), {}}}};
    for (int count : counts) {
        curve.at.push_back(count);
        curve.marks.push_back(std::to_string(count));
        const auto figures = in_microseconds(
            {parent.side(forkserver, 3, count), parent.side(kernel::copy_call, 3, count)}, options.quick ? 5 : 11);
        for (std::size_t i = 0; i < figures.size(); ++i) {
            curve.lines[i].values.push_back(figures[i]);
        }
    }
    report.curves.push_back(std::move(curve));
}

}  // namespace

void run_start(const Options& options, Report& report) {
    Parent parent(0, options.program);
    compare_with_kernel(parent, options, report);
    compare_with_libraries(parent, options, report);
    grow_parent(parent, options, report);
    grow_family(parent, options, report);
}

}  // namespace bench
