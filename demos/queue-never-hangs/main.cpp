// Four ways to wait for ever at a queue that end here. A child puts a large item and is joined before anybody takes it:
// the item is in the queue when put() returns. Of two consumers one is killed while it waits: the other one gets the
// next item. The only consumer of a full queue is killed: who waits to put is told so. The only producer is killed: the
// loop over the queue takes what it has put, and ends.
//
// No program of the tutorials: in Python each of these waits for ever. (The manual warns of the first.)

#include <spork/spork.hpp>

#include <QThread>

#include <string>
#include <system_error>

using Text = spork::Queue<std::string>;

void kill(spork::Process& process) {
    process.kill();
    process.join();
    spork::print("    killed, exit code " + std::to_string(process.exitcode().value()));
}

[[noreturn]] void be_killed() {
    for (;;) {
        QThread::sleep(60);
    }
}

void put_large(Text queue) {
    queue.put(std::string(10'000'000, 'x'));
}

void large_item() {
    spork::print("ten million characters");
    const Text queue;
    spork::Process process(put_large, queue);
    process.start();
    process.join();
    spork::print("    the child ended with " + std::to_string(process.exitcode().value()) + ", main gets " +
                 std::to_string(queue.get().size()));
}

void take_one(Text queue, Text answers) {
    answers.put("here");
    answers.put("a consumer takes " + queue.get());
}

void killed_while_waiting() {
    spork::print("two consumers");
    const Text queue;
    const Text answers;
    spork::Process first(take_one, queue, answers);
    spork::Process second(take_one, queue, answers);
    for (spork::Process* process : {&first, &second}) {
        process->start();
        answers.get();
    }
    QThread::msleep(50);  // both wait, most likely
    kill(first);
    queue.put("the only item");
    spork::print("    " + answers.get());
    second.join();
}

void take_one_and_be_killed(Text queue, Text answers) {
    answers.put(queue.get());
    be_killed();
}

void put_for_the_dead() {
    spork::print("a consumer of a queue for two");
    const Text queue(2);
    const Text answers;
    spork::Process process(take_one_and_be_killed, queue, answers);
    process.start();
    queue.put("one");
    spork::print("    it takes " + answers.get());
    queue.put("two");
    queue.put("three");
    kill(process);
    try {
        queue.put("four");
    } catch (const std::system_error& error) {
        spork::print(std::string("    nobody is left who could take: ") +
                     (error.code() == std::errc::broken_pipe ? "broken pipe" : error.what()));
    }
}

void put_two_and_be_killed(Text queue, spork::Event done) {
    queue.put("one");
    queue.put("two");
    done.set();
    be_killed();
}

void loop_over_what_the_dead_put() {
    spork::print("a producer");
    const Text queue;
    const spork::Event done;
    spork::Process process(put_two_and_be_killed, queue, done);
    process.start();
    done.wait();
    kill(process);
    for (const std::string& item : queue) {
        spork::print("    main takes " + item);
    }
    spork::print("    nothing more can come");
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    large_item();
    killed_while_waiting();
    put_for_the_dead();
    loop_over_what_the_dead_put();
}
