// A name of one's own is not the name of the process: the class keeps a name in a field and never calls set_name(),
// so the process has its default name, made of the class's. Then terminate(): it returns at once, and after join()
// the process is gone, with the exit code -15 on every system.
//
// E16, D8. In Python the trap is another one: a name set before the base constructor ran is overwritten by the
// default name. C++ constructs the base first, so set_name() in a constructor is always right (see
// subclass-name-and-pid).

#include <spork/spork.hpp>

#include <QThread>

#include <string>
#include <utility>

class Work : public spork::ProcessBase<Work> {
public:
    Work() = default;
    Work(std::string own_name, spork::Connection parent) : own_name_(std::move(own_name)), parent_(std::move(parent)) {}

    void run() {
        spork::print(name() + " begins, although it calls itself " + own_name_);
        parent_.send(true);
        QThread::sleep(60);
        spork::print(name() + " ends");
    }

    template <class Archive>
    void serialize(Archive& archive) {
        archive(own_name_, parent_);
    }

private:
    std::string own_name_;
    spork::Connection parent_;
};

int main(int argc, char** argv) {
    spork::init(argc, argv);

    auto [here, there] = spork::Pipe();
    Work work("egon", there);
    work.start();
    here.recv<bool>();
    work.terminate();
    spork::print("terminated");
    work.join();
    spork::print(std::string("alive: ") + (work.is_alive() ? "yes" : "no") + ", exit code " +
                 std::to_string(work.exitcode().value()));
}
