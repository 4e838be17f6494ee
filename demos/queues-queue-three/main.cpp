// A queue that a context makes, three items, three processes. Each takes one: which one is chance. Main does not join
// them, and needs not keep its queue for them: it lives as long as anybody has it.
//
// E77, D12. In Python, queues.Queue(ctx=...). By spawn on POSIX all three children die there with FileNotFoundError,
// because main has ended its part and the names of the queue's locks are gone.

#include <spork/spork.hpp>

#include <string>

void take_one(spork::Queue<std::string> queue) {
    spork::print("took " + queue.get());
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    const auto queue = spork::get_context().Queue<std::string>();
    for (const std::string item : {"h1", "h2", "h3"}) {
        queue.put(item);
    }
    for (int index = 0; index < 3; ++index) {
        spork::Process(take_one, queue).start();
    }
}
