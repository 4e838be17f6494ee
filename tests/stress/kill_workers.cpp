// Workers of a pool that are killed at any instant, under load, by the thousand: every task ends once, in its result or in
// WorkerDied, and where tasks are run again all results are right.
//
//   kill_workers [--kills N] [--seed N]
//
// Ends with the line "N kills, 0 hung, 0 lost, 0 duplicated, 0 left behind" and 0, or with what went wrong and 1.

#include "support/leak_guard.hpp"

#include <spork/spork.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <optional>
#include <random>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

constexpr int workers = 4;
constexpr std::size_t under_way = 50;
constexpr auto longest_silence = 30s;

/// How often each of the last so many tasks was begun.
constexpr int remembered = 1 << 16;
using Begun = spork::RawArray<int>;

struct Damage {
    long long kills = 0;
    long long hung = 0;
    long long lost = 0;
    long long duplicated = 0;
    long long left_behind = 0;

    bool any() const { return hung != 0 || lost != 0 || duplicated != 0 || left_behind != 0; }
};

/// One process at a time runs a task.
int run_task(Begun begun, int number) {
    begun[static_cast<std::size_t>(number % remembered)] += 1;
    unsigned value = static_cast<unsigned>(number);
    for (int i = number % 1000 * 100; i > 0; --i) {
        value = value * 2654435761u + 12345u;
    }
    return static_cast<int>(value >> 1);
}

int expected(int number) {
    static const Begun own = Begun(remembered);
    return run_task(own, number);
}

class Storm {
public:
    Storm(spork::StartMethod method, bool again, unsigned seed)
        : again_(again),
          random_(seed),
          pool_({.processes = workers, .retries = again ? 1'000'000 : 0, .start_method = method}) {}

    void rage(int kills, Damage& damage) {
        auto next_kill = Clock::now();
        while (kills > 0 && damage.hung == 0) {
            while (tasks_.size() < under_way) {
                const int number = next_++;
                begun_[static_cast<std::size_t>(number % remembered)] = 0;
                tasks_.push_back({number, pool_.apply_async(run_task, begun_, number)});
            }
            if (Clock::now() >= next_kill) {
                kills -= kill_one() ? 1 : 0;
                next_kill = Clock::now() + std::chrono::microseconds(random_() % 4000);
            }
            take_first(damage);
        }
        while (!tasks_.empty() && damage.hung == 0) {
            take_first(damage);
        }
        pool_.close();
        damage.hung += pool_.join(longest_silence) ? 0 : 1;
        std::printf("%d tasks, of which %d died with their workers\n", next_, died_);
    }

private:
    struct Task {
        int number;
        spork::AsyncResult<int> result;
    };

    bool kill_one() {
        std::vector<spork::Process> alive = pool_.workers();
        if (alive.empty()) {
            return false;
        }
        spork::Process& victim = alive[random_() % alive.size()];
        if (!victim.is_alive()) {
            return false;
        }
        victim.kill();
        return true;
    }

    void take_first(Damage& damage) {
        const Task task = tasks_.front();
        tasks_.pop_front();
        const auto begun = [&] { return begun_[static_cast<std::size_t>(task.number % remembered)]; };
        try {
            const int value = task.result.get(longest_silence);
            damage.lost += value == expected(task.number) ? 0 : 1;
            damage.duplicated += again_ || begun() == 1 ? 0 : 1;
        } catch (const spork::WorkerDied&) {
            ++died_;
            damage.lost += again_ ? 1 : 0;
            damage.duplicated += begun() > 1 ? 1 : 0;
        } catch (const spork::TimeoutError&) {
            ++damage.hung;
        } catch (const std::exception& error) {
            std::printf("task %d: %s\n", task.number, error.what());
            ++damage.lost;
        }
    }

    bool again_;
    std::mt19937 random_;
    Begun begun_ = Begun(remembered);
    spork::Pool pool_;
    std::deque<Task> tasks_;
    int next_ = 0;
    int died_ = 0;
};

struct Options {
    int kills = 1000;
    unsigned seed = std::random_device()();
};

Options options_of(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        const std::string value = i + 1 < argc ? argv[++i] : "";
        if (word == "--kills" && std::atoi(value.c_str()) > 0) {
            options.kills = std::atoi(value.c_str());
        } else if (word == "--seed" && !value.empty()) {
            options.seed = static_cast<unsigned>(std::strtoul(value.c_str(), nullptr, 10));
        } else {
            throw spork::Exit(std::string("use: kill_workers [--kills N] [--seed N]"));
        }
    }
    return options;
}

}  // namespace

int main(int argc, char** argv) {
    spork::init(argc, argv);
    try {
        const Options options = options_of(argc, argv);
        std::printf("seed %u\n", options.seed);
        const std::vector<spork::StartMethod> methods = spork::get_all_start_methods();
        for (const spork::StartMethod method : methods) {
            spork::Pool({.processes = 1, .start_method = method})
                .apply(expected, 1);  // what is opened once is open now
        }
        expected(1);
        const support::LeakGuard guard;
        Damage damage;
        const int storms = 2 * static_cast<int>(methods.size());
        for (int i = 0; i < storms && damage.hung == 0; ++i) {
            const int kills = options.kills * (i + 1) / storms - options.kills * i / storms;
            Storm storm(methods[static_cast<std::size_t>(i / 2)], i % 2 != 0, options.seed + static_cast<unsigned>(i));
            storm.rage(kills, damage);
            damage.kills += kills;
        }
        if (const std::string leaks = guard.leaks(); !leaks.empty()) {
            std::printf("%s\n", leaks.c_str());
            ++damage.left_behind;
        }
        std::printf("%lld kills, %lld hung, %lld lost, %lld duplicated, %lld left behind\n", damage.kills, damage.hung,
                    damage.lost, damage.duplicated, damage.left_behind);
        return damage.any() ? 1 : 0;
    } catch (const spork::Exit& exit) {
        std::fprintf(stderr, "%s\n", exit.text.c_str());
        return 2;
    }
}
