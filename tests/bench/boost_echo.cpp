#include "boost_echo.hpp"

#include <stdexcept>
#include <vector>

namespace bench {

namespace {

using Queue = boost::interprocess::message_queue;
using boost::interprocess::create_only;
using boost::interprocess::open_only;

constexpr std::size_t capacity = 16;  // messages

void receive(Queue& queue, std::span<std::byte> message) {
    Queue::size_type size = 0;
    unsigned priority = 0;
    queue.receive(message.data(), message.size(), size, priority);
    if (size != message.size()) {
        throw std::runtime_error("a message_queue gave another size than was sent");
    }
}

/// Until it is killed.
void echo(std::string there_name, std::string back_name, std::size_t size) {
    Queue there(open_only, there_name.c_str());
    Queue back(open_only, back_name.c_str());
    std::vector<std::byte> message(size);
    for (;;) {
        receive(there, message);
        back.send(message.data(), message.size(), 0);
    }
}

}  // namespace

BoostEcho::BoostEcho(std::size_t size)
    : there_name_("spork-bench-there-" + std::to_string(*spork::current_process().pid())),
      back_name_("spork-bench-back-" + std::to_string(*spork::current_process().pid())),
      there_(std::in_place, create_only, there_name_.c_str(), capacity, size),
      back_(std::in_place, create_only, back_name_.c_str(), capacity, size),
      child_({.daemon = true}, echo, there_name_, back_name_, size) {
    child_.start();
}

BoostEcho::~BoostEcho() {
    child_.kill();
    child_.join();
    Queue::remove(there_name_.c_str());
    Queue::remove(back_name_.c_str());
}

void BoostEcho::round_trip(std::span<std::byte> message) {
    there_->send(message.data(), message.size(), 0);
    receive(*back_, message);
}

}  // namespace bench
