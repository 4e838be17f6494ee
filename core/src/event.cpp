#include <spork/event.hpp>

#include "event_state.hpp"
#include "shared_object.hpp"

#include <spork/error.hpp>
#include <spork/type_identity.hpp>

#include <ostream>

namespace spork {

namespace {

using detail::EventKeeper;
using detail::EventState;
using detail::WaitEnd;

constexpr const char* name = "an Event";

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
