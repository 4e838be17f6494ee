// A process class that is given its target: it keeps a callable as a field and calls it from run(). A call that
// travels is a spork::Task, made by spork::bind.
//
// E5. In Python a target must be found by its name under spawn, while under fork any lambda will do (D5). Here a
// callable either travels under every start method or does not compile.

#include <spork/spork.hpp>

#include <string>
#include <utility>

class Worker : public spork::ProcessBase<Worker> {
public:
    Worker() = default;
    explicit Worker(spork::Task<void> target) : target_(std::move(target)) {}

    void run() {
        target_();
        spork::print("child: pid " + std::to_string(pid().value()) + ", parent pid " +
                     std::to_string(spork::parent_process()->pid()));
    }

    template <class Archive>
    void serialize(Archive& archive) {
        archive(target_);
    }

private:
    spork::Task<void> target_;
};

int main(int argc, char** argv) {
    spork::init(argc, argv);

    const auto target = [](const std::string& word) { spork::print("child: I am the target, called with " + word); };
    Worker worker(spork::bind(target, "egon"));
    worker.start();
    spork::print("parent: pid " + std::to_string(spork::current_process().pid().value()));
}
