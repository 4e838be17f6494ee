#include <spork/event.hpp>

#include "shared_object.hpp"
#include "wait_room.hpp"

#include <spork/error.hpp>
#include <spork/type_identity.hpp>

#include <mutex>
#include <ostream>

namespace spork {

namespace {

using detail::Call;
using detail::WaitEnd;
using detail::WaitSlot;

constexpr const char* name = "an Event";

struct EventState {
    detail::StateWord flag;
    detail::WaitRoom room;
};

/// A setter that is killed has set the flag first: those whom it has not called see the flag when they look again.
class EventKeeper final : public detail::RoomKeeper {
public:
    EventKeeper(EventState& state, platform::Mapping& mapping) noexcept
        : RoomKeeper(state.room, mapping), state_(state) {}

    void set() noexcept {
        const std::lock_guard hold(*this);
        state_.flag = 1;
        call_all();
    }

    void clear() noexcept {
        const std::lock_guard hold(*this);
        state_.flag = 0;
    }

    WaitEnd wait_for_flag(detail::SleepLimit& limit) {
        const std::lock_guard hold(*this);
        tidy();
        if (state_.flag != 0) {
            return WaitEnd::done;
        }
        WaitSlot& slot = room().enter();
        const WaitEnd end = wait(slot, limit);
        detail::WaitRoom::leave(slot);
        return end;
    }

private:
    void repair() noexcept override {
        if (state_.flag != 0) {
            call_all();
        }
    }

    void call_all() noexcept {
        room().each([this](WaitSlot& slot) {
            if (slot.waits()) {
                call(slot, Call::go);
            }
        });
    }

    EventState& state_;
};

}  // namespace

Event::Event() : SharedHandle(create(type_identity<Event>, detail::LockKind::none, sizeof(EventState), name)) {}

bool Event::is_set() const {
    return state<EventState>().flag != 0;
}

void Event::set() const {
    EventKeeper(state<EventState>(), object().mapping()).set();
}

void Event::clear() const {
    EventKeeper(state<EventState>(), object().mapping()).clear();
}

bool Event::wait(Timeout timeout, std::stop_token stop) const {
    if (is_set()) {
        return true;
    }
    detail::SleepLimit limit(timeout, stop);
    const WaitEnd end = EventKeeper(state<EventState>(), object().mapping()).wait_for_flag(limit);
    if (end == WaitEnd::stopped) {
        throw CancelledError("a stop was requested while waiting for an Event");
    }
    return end == WaitEnd::done;
}

std::ostream& operator<<(std::ostream& stream, const Event& event) {
    return stream << (event.is_set() ? "<Event(set)>" : "<Event(unset)>");
}

void Transfer<Event>::save(Writer& writer, const Event& value) {
    Event::save(writer, value);
}

Event Transfer<Event>::load(Reader& reader) {
    return Event(Event::load(reader, type_identity<Event>, sizeof(EventState), name));
}

}  // namespace spork
