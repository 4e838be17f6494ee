// A producer puts five pairs of numbers, a consumer takes three and adds each. Both end; the other two pairs stay in
// the queue, and main, which has it too, finds them there. The queue is a global that every child receives.
//
// E88, D4. In Python the global works by fork only, and a producer whose items are larger than a pipe would not end
// before somebody takes them.

#include <spork/spork.hpp>

#include <string>
#include <utility>

spork::Global<spork::Queue<std::pair<int, int>>> pairs;

void produce() {
    for (int i = 0; i < 5; ++i) {
        pairs->put({5, 7});
    }
}

void consume() {
    for (int i = 0; i < 3; ++i) {
        const auto [a, b] = pairs->get();
        spork::print("sum = " + std::to_string(a + b));
    }
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    spork::Process producer(produce);
    spork::Process consumer(consume);
    producer.start();
    consumer.start();
    producer.join();
    consumer.join();
    spork::print("pairs left in the queue: " + std::to_string(pairs->qsize()));
}
