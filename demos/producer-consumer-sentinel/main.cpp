// A consumer that ends when it gets a marker: here an item that is nothing, which main puts behind the last one. And a
// consumer that needs no marker, because a loop over the queue ends when it is empty and nobody is left who could put.
//
// E24. In Python only the marker: one None for each consumer.

#include <spork/spork.hpp>

#include <optional>
#include <string>

constexpr int items = 10;

using Item = std::optional<int>;

void consume_until_marker(spork::Queue<Item> queue) {
    while (const Item item = queue.get()) {
        spork::print("consumer: takes item " + std::to_string(*item));
    }
    spork::print("consumer: takes the marker");
}

void consume_all(spork::Queue<int> queue) {
    for (const int item : queue) {
        spork::print("consumer: takes item " + std::to_string(item));
    }
    spork::print("consumer: there is nothing more to come");
}

template <class T>
void put_all(const spork::Queue<T>& queue) {
    for (int item = 0; item < items; ++item) {
        queue.put(item);
        spork::print("main: has put item " + std::to_string(item));
    }
}

void join(spork::Process& consumer) {
    consumer.join();
    spork::print("the consumer ended with " + std::to_string(consumer.exitcode().value()));
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    const spork::Queue<Item> queue;
    spork::Process consumer(consume_until_marker, queue);
    consumer.start();
    put_all(queue);
    queue.put(std::nullopt);
    join(consumer);

    const spork::Queue<int> other_queue;
    spork::Process other_consumer(consume_all, other_queue);
    other_consumer.start();
    put_all(other_queue);
    other_queue.close();
    join(other_consumer);
}
