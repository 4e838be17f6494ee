// A producer and a consumer with a pipe between them. The items arrive in order, and when the producer closes its end
// the consumer gets an EofError: that is its end of work. For that every other copy of the producer's end must be
// gone, so each side closes what it does not use.
//
// E27, D14. The same in Python; there a forked child inherits copies of both ends even if they were not passed to it.

#include <spork/spork.hpp>

#include <string>

void consume(spork::Connection source) {
    try {
        while (true) {
            spork::print("consumer: got item " + std::to_string(source.recv<int>()));
        }
    } catch (const spork::EofError&) {
        spork::print("consumer: no more items");
    }
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    auto [producer_end, consumer_end] = spork::Pipe();
    spork::Process consumer(consume, consumer_end);
    consumer.start();
    consumer_end.close();

    for (int item = 0; item < 10; ++item) {
        producer_end.send(item);
    }
    producer_end.close();
    consumer.join();
    spork::print("main: the consumer ended with " + std::to_string(consumer.exitcode().value()));
}
