#include "job.hpp"

namespace bench {

void run_start(const Options& options, Report& report);
void run_pipe(const Options& options, Report& report);
void run_lock(const Options& options, Report& report);
void run_queue(const Options& options, Report& report);
void run_pool(const Options& options, Report& report);
void run_array(const Options& options, Report& report);
void run_memory(const Options& options, Report& report);
void run_idle(const Options& options, Report& report);

std::span<const Job> jobs() {
    static constexpr Job all[] = {
        {"start", "the parent, its fork server, the child; up to 64 children in the curve", run_start},
        {"pipe", "two, one at each end", run_pipe},
        {"lock", "one; in the curve as many as it says", run_lock},
        {"queue", "the parent, which sleeps; producers and consumers, in the curve as many as it says", run_queue},
        {"pool", "the parent, and as many workers as there are processors", run_pool},
        {"array", "the parent and four children", run_array},
        {"memory", "the parent, its fork server, the idle child", run_memory},
        {"idle", "the parent and the blocked child", run_idle},
    };
    return all;
}

}  // namespace bench
