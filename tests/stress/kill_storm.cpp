// Processes that share locks, semaphores, events, conditions, barriers and queues, and are killed at any instant, by
// the thousand.
//
//   kill_storm [--kills N] [--method METHOD] [--seed N]
//
// Ends with the line "N kills, 0 hung, 0 lost, 0 duplicated, 0 left behind" and 0, or with what went wrong and 1.

#include "post.hpp"

#include "support/system.hpp"

#include <spork/spork.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

using stress::workers;

constexpr int seats = 2;
constexpr auto longest_silence = 30s;

/// What one worker has done, written by itself alone. Its successor goes on where it was killed.
struct Ledger {
    std::int64_t steps = 0;
    std::int64_t added = 0;  ///< after the lock was freed, so a killed worker may have added one more
    std::int64_t made = 0;
    std::int64_t used = 0;
};

/// What the lock protects: both are the same whenever the lock is free.
struct Account {
    std::int64_t first = 0;
    std::int64_t second = 0;
};

struct World {
    spork::Lock lock;
    spork::RawValue<Account> account;
    spork::BoundedSemaphore seats{::seats};
    spork::Event light;
    spork::Condition stock;
    spork::RawValue<std::int64_t> goods;
    spork::Barrier meeting{2};
    stress::Post post;
    spork::RawArray<Ledger> ledgers{workers};
    spork::Event end;
};

void add_to_account(World& world, Ledger& ledger) {
    {
        std::scoped_lock hold(world.lock);
        Account& account = world.account.get_obj();
        if (world.lock.abandoned()) {
            account.second = account.first;
            world.lock.make_consistent();
        }
        ++account.first;
        ++account.second;
    }
    ++ledger.added;
}

void take_a_seat(World& world) {
    if (world.seats.acquire(true, 5s)) {
        std::this_thread::yield();
        world.seats.release();
    }
}

void switch_light(World& world, unsigned what) {
    if (what % 3 == 0) {
        world.light.set();
    } else if (what % 3 == 1) {
        world.light.clear();
    } else {
        world.light.wait(1ms);
    }
}

void make_goods(World& world, Ledger& ledger) {
    std::scoped_lock hold(world.stock);
    ++world.goods.get_obj();
    ++ledger.made;
    world.stock.notify();
}

void use_goods(World& world, Ledger& ledger) {
    std::scoped_lock hold(world.stock);
    if (world.stock.wait_for([&] { return world.goods.get_obj() > 0; }, 2ms)) {
        --world.goods.get_obj();
        ++ledger.used;
    }
}

void meet(World& world) {
    try {
        world.meeting.wait(2ms);
    } catch (const spork::BrokenBarrierError&) {
        world.meeting.reset();
    }
}

void work(World world, int number, unsigned seed) {
    std::minstd_rand random(seed);
    Ledger& ledger = world.ledgers[static_cast<std::size_t>(number)];
    while (!world.end.is_set()) {
        const auto choice = static_cast<unsigned>(random());
        switch (choice / 16 % 12) {
            case 0:
                add_to_account(world, ledger);
                break;
            case 1:
                take_a_seat(world);
                break;
            case 2:
                switch_light(world, choice);
                break;
            case 3:
                make_goods(world, ledger);
                break;
            case 4:
                use_goods(world, ledger);
                break;
            case 5:
                meet(world);
                break;
            default:
                stress::use_post(world.post, number, static_cast<unsigned>(random()));
        }
        ++ledger.steps;
    }
}

struct Options {
    int kills = 1000;
    std::vector<spork::StartMethod> methods = spork::get_all_start_methods();
    unsigned seed = std::random_device()();
};

Options options_of(int argc, char** argv) {
    Options options;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string name = argv[i];
        const std::string value = argv[i + 1];
        if (name == "--kills") {
            options.kills = std::stoi(value);
        } else if (name == "--seed") {
            options.seed = static_cast<unsigned>(std::stoul(value));
        } else if (name == "--method") {
            std::erase_if(options.methods,
                          [&](spork::StartMethod method) { return value != spork::to_string(method); });
        } else {
            throw spork::Exit("kill_storm has no option " + name + ": --kills N, --method METHOD, --seed N");
        }
    }
    if (argc % 2 == 0 || options.methods.empty()) {
        throw spork::Exit("use: kill_storm [--kills N] [--method METHOD] [--seed N]");
    }
    return options;
}

/// What went wrong.
struct Damage {
    int hung = 0;
    std::int64_t lost = 0;
    std::int64_t duplicated = 0;
    std::int64_t left_behind = 0;

    bool any() const { return hung != 0 || lost != 0 || duplicated != 0 || left_behind != 0; }
};

class Storm {
public:
    explicit Storm(const Options& options) : options_(options), random_(options.seed) {
        for (int number = 0; number < workers; ++number) {
            children_.push_back(start(number));
            steps_.push_back(-1);
            heard_.push_back(Clock::now());
        }
    }

    void rage(Damage& damage) {
        for (int kill = 0; kill < options_.kills && damage.hung == 0; ++kill) {
            pass_some_time();
            const auto victim = static_cast<std::size_t>(random_() % workers);
            children_[victim].kill();
            children_[victim].join();
            hands_.add(world_.post, static_cast<int>(victim));
            children_[victim] = start(static_cast<int>(victim));
            heard_[victim] = Clock::now();
            look_for_hung(damage);
        }
    }

    void calm(Damage& damage) {
        world_.end.set();
        for (spork::Process& child : children_) {
            if (!child.join(longest_silence)) {
                ++damage.hung;
                child.kill();
                child.join();
            }
        }
        count(damage);
        const stress::PostDamage lost_post = stress::settle(world_.post, hands_, longest_silence);
        damage.hung += lost_post.hung;
        damage.lost += lost_post.lost;
        damage.duplicated += lost_post.duplicated;
    }

    /// Items with a handle that were in the hands of killed workers.
    std::int64_t lost_letters() const { return hands_.letters; }

private:
    spork::Process start(int number) {
        const spork::StartMethod method = options_.methods[random_() % options_.methods.size()];
        spork::Process child =
            spork::get_context(method).Process(work, world_, number, static_cast<unsigned>(random_()));
        child.start();
        return child;
    }

    /// More often short than long: a start takes a few milliseconds at most.
    void pass_some_time() {
        const double share = std::uniform_real_distribution<double>(0, 1)(random_);
        const auto end = Clock::now() + std::chrono::duration<double>(0.003 * share * share);
        while (Clock::now() < end) {
            std::this_thread::yield();
        }
    }

    void look_for_hung(Damage& damage) {
        for (std::size_t i = 0; i < workers; ++i) {
            const std::int64_t steps = world_.ledgers[i].steps;
            if (steps != steps_[i]) {
                steps_[i] = steps;
                heard_[i] = Clock::now();
            } else if (Clock::now() - heard_[i] > longest_silence) {
                std::printf("worker %zu, process %lld, does nothing any more\n", i,
                            static_cast<long long>(children_[i].pid().value_or(0)));
                ++damage.hung;
            }
        }
    }

    /// A killed worker's last addition may be in the account and not in its ledger, or its last good made or used in one of
    /// them only: so much may the sums differ, and no more.
    void count(Damage& damage) {
        std::int64_t added = 0;
        std::int64_t made = 0;
        std::int64_t used = 0;
        for (const Ledger& ledger : world_.ledgers) {
            added += ledger.added;
            made += ledger.made;
            used += ledger.used;
        }
        if (world_.lock.try_lock_for(longest_silence)) {
            const Account account = world_.account.get_obj();
            damage.lost += std::max<std::int64_t>(0, added - account.first);
            damage.duplicated += std::max<std::int64_t>(0, account.first - added - options_.kills);
            world_.lock.unlock();
        } else {
            ++damage.hung;
        }
        const std::int64_t goods = world_.goods.get_obj();
        damage.lost += std::max<std::int64_t>(0, made - used - goods - options_.kills);
        damage.duplicated += std::max<std::int64_t>(0, goods - (made - used) - options_.kills);
        int free = 0;
        while (free <= seats && world_.seats.acquire(true, free < seats ? spork::Timeout(longest_silence) : 10ms)) {
            ++free;
        }
        damage.lost += std::max(0, seats - free);
        damage.duplicated += std::max(0, free - seats);
        std::printf("%lld steps under the lock, %lld goods made, %lld used\n", static_cast<long long>(added),
                    static_cast<long long>(made), static_cast<long long>(used));
    }

    Options options_;
    std::mt19937 random_;
    World world_;
    stress::InTheirHands hands_;
    std::vector<spork::Process> children_;
    std::vector<std::int64_t> steps_;
    std::vector<Clock::time_point> heard_;
};

}  // namespace

int main(int argc, char** argv) {
    spork::init(argc, argv);
    try {
        const Options options = options_of(argc, argv);
        std::printf("seed %u\n", options.seed);
        for (const spork::StartMethod method : options.methods) {
            spork::Process first = spork::get_context(method).Process([] {});  // what is opened once is open now
            first.start();
            first.join();
        }
        const auto handles = support::open_handles();
        Damage damage;
        std::int64_t lost_letters = 0;
        {
            Storm storm(options);
            storm.rage(damage);
            storm.calm(damage);
            lost_letters = storm.lost_letters();
        }
        damage.left_behind += static_cast<std::int64_t>(spork::active_children().size());
        const auto more = static_cast<std::int64_t>(support::open_handles()) - static_cast<std::int64_t>(handles);
        const std::int64_t excused = support::handles_wait_in_the_parent() ? lost_letters : 0;
        damage.left_behind += std::max<std::int64_t>(0, more - excused);
        std::printf("%d kills, %d hung, %lld lost, %lld duplicated, %lld left behind\n", options.kills, damage.hung,
                    static_cast<long long>(damage.lost), static_cast<long long>(damage.duplicated),
                    static_cast<long long>(damage.left_behind));
        return damage.any() ? 1 : 0;
    } catch (const spork::Exit& exit) {
        std::fprintf(stderr, "%s\n", exit.text.c_str());
        return 2;
    }
}
