// A consumer that asks for one item more than there will ever be. As long as main has the queue and could put
// something, it waits: main looks a tenth of a second later, and it does. When main says that it is done with the
// queue, nobody is left who could put, and the consumer is told so instead of waiting for ever.
//
// E23. In Python that is the classic hang: the consumer waits for ever, and the program for the consumer.

#include <spork/spork.hpp>

#include <chrono>
#include <string>

using namespace std::chrono_literals;

constexpr int items = 10;

void consume(spork::Queue<int> queue, spork::Event has_all) {
    try {
        for (;;) {
            const int item = queue.get();
            spork::print("consumer: takes item " + std::to_string(item));
            if (item == items - 1) {
                has_all.set();
            }
        }
    } catch (const spork::QueueEnded&) {
        spork::print("consumer: nobody is left who could put anything");
    }
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    const spork::Queue<int> queue;
    const spork::Event has_all;
    spork::Process consumer(consume, queue, has_all);
    consumer.start();
    for (int item = 0; item < items; ++item) {
        queue.put(item);
        spork::print("main: has put item " + std::to_string(item));
    }
    spork::print("main: has put all items");
    has_all.wait();
    spork::print(std::string("the consumer ") + (consumer.join(100ms) ? "has ended" : "waits for more"));
    queue.close();
    consumer.join();
    spork::print("main: the consumer ended with " + std::to_string(consumer.exitcode().value()));
}
