// The condition, with its lock: the notification of a waiter that dies goes to the next one, in time or not, and no waiter
// goes on without the lock.

#include "mapping.hpp"
#include "models.hpp"
#include "word.hpp"

#include "condition_state.hpp"
#include "mutex.hpp"

#include <memory>
#include <utility>

namespace model {

namespace {

using spork::detail::Call;
using spork::detail::ConditionKeeper;
using spork::detail::LockKind;
using spork::detail::ObjectHeader;
using spork::detail::RoomKeeper;
using spork::detail::SharedObject;
using spork::detail::SleepLimit;
using spork::detail::WaitEnd;
using spork::detail::WaitRoom;
using spork::detail::WaitSlot;

constexpr int processes = 4;

struct World {
    ObjectHeader mutex;
    WaitRoom room;
    Word waiters;  ///< that have taken the lock to wait
    Word inside;   ///< how many hold the lock
};

Shared<World> world;
Mapping mapping;

/// The lock, as one process has it mapped.
class Lock {
public:
    Lock() : object_(nullptr, std::make_unique<Mapping>(&world->mutex, sizeof(ObjectHeader)), 0) { take(); }
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;
    ~Lock() {
        leave();
        spork::detail::unlock_mutex(object_);
    }

    SharedObject& freed() {
        leave();
        return object_;
    }
    void enter() {
        require(world->inside.peek() == 0, "two processes have the lock");
        world->inside.set(1);
    }
    void leave() { world->inside.set(0); }

private:
    void take() {
        if (!spork::detail::try_lock_mutex(object_)) {
            spork::detail::wait_for_mutex(object_, SleepLimit());
        }
        enter();
    }

    SharedObject object_;
};

void wait_until_so_many_wait(std::uint64_t count) {
    while (world->waiters.load() < count) {
        sleep_on(&world->waiters);
    }
}

void announce_waiter() {
    world->waiters.fetch_add(1);
    for (int i = 0; i < processes; ++i) {
        wake_one(&world->waiters);
    }
}

/// A waiter that is killed when it was notified, before it has the lock.
class Doomed final : public RoomKeeper {
public:
    using RoomKeeper::RoomKeeper;

    void wait_and_die() {
        Lock hold;
        announce_waiter();
        lock();
        WaitSlot& slot = room().enter();
        spork::detail::free_mutex(hold.freed());
        unlock();
        while (slot.call() == Call::none) {
            mapping.sleep(spork::detail::low_half(slot.word), 0, {});
        }
        die();
    }
};

/// Who was notified notifies the next one.
void wait_and_notify(SleepLimit limit) {
    wait_until_so_many_wait(1);
    Lock hold;
    announce_waiter();
    ConditionKeeper keeper(world->room, mapping);
    const WaitEnd end = keeper.wait_for_call(hold.freed(), limit);
    hold.enter();
    if (end == WaitEnd::done) {
        keeper.notify(1);
    }
}

void notify_when_all_wait() {
    wait_until_so_many_wait(3);
    Lock hold;
    ConditionKeeper(world->room, mapping).notify(1);
}

Scenario scenario(const char* name, std::function<void()> third) {
    Scenario made;
    made.name = name;
    made.memory = &*world;
    made.prepare = [] {
        world.make_anew();
        world->mutex.mutex.kind = LockKind::plain;
    };
    made.threads = {[] { Doomed(world->room, mapping).wait_and_die(); }, [] { wait_and_notify(SleepLimit()); },
                    std::move(third), notify_when_all_wait};
    made.exact_wakes = false;
    made.preemptions = 1;
    return made;
}

}  // namespace

std::vector<Scenario> condition_scenarios() {
    std::vector<Scenario> all;

    all.push_back(scenario("condition: the notified waiter is killed", [] { wait_and_notify(SleepLimit()); }));

    all.push_back(scenario("condition: the notified waiter is killed, another one gives up",
                           [] { wait_and_notify(SleepLimit(std::chrono::seconds(1), {})); }));
    all.back().jumps = 1;
    return all;
}

}  // namespace model
