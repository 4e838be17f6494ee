// Asking a semaphore how many units are left: three while nobody has one, none while three of five workers have
// theirs, three again in the end. The semaphore is a global that every child receives. A BoundedSemaphore remembers
// with how many units it began, and one too many is an error.
//
// E90, D16. In Python the global works by fork only, and get_value() raises NotImplementedError on macOS.

#include <spork/spork.hpp>

#include <string>
#include <vector>

spork::Global<spork::Semaphore> units{3};

struct Gates {
    spork::Barrier all_want{6};    // five workers and main
    spork::Barrier three_work{4};  // three workers and main
    spork::Event main_has_looked;
    spork::Value<int> begun;
};

void work(int worker, Gates gates) {
    const std::string name = "worker " + std::to_string(worker);
    spork::print(name + " wants a unit");
    gates.all_want.wait();
    units->acquire();
    if (gates.begun.with([](int& n) { return ++n; }) <= 3) {
        gates.three_work.wait();
    }
    gates.main_has_looked.wait();
    spork::print(name + " begins");
    spork::print(name + " is done");
    units->release();
}

void show_units(const std::string& when) {
    spork::print("units " + when + ": " + std::to_string(units->get_value()));
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    show_units("at the beginning");
    const Gates gates;
    std::vector<spork::Process> workers;
    for (int worker = 1; worker <= 5; ++worker) {
        workers.emplace_back(work, worker, gates).start();
    }
    gates.all_want.wait();
    gates.three_work.wait();
    show_units("while three of five work");
    gates.main_has_looked.set();
    for (spork::Process& worker : workers) {
        worker.join();
    }
    show_units("at the end");

    const spork::BoundedSemaphore bounded(1);
    bounded.acquire();
    bounded.release();
    try {
        bounded.release();
    } catch (const spork::UsageError& error) {
        spork::print(error.what());
    }
}
