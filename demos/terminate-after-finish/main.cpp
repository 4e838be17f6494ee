// terminate() on a child that has already ended does nothing: the exit code stays 0. The sentinel tells that the
// child has ended without anybody joining it. As in terminate-subclass-name-overwritten, a name kept in a field is
// not the name of the process.
//
// E107. The same in Python, although its tutorial claims that the child is still alive right after terminate().

#include <spork/spork.hpp>

#include <QThread>

#include <string>
#include <utility>

class Piano : public spork::ProcessBase<Piano> {
public:
    Piano() = default;
    explicit Piano(std::string own_name) : own_name_(std::move(own_name)) {}

    void run() {
        spork::print(name() + " is playing");
        QThread::msleep(50);
        spork::print(name() + " has played");
    }

    template <class Archive>
    void serialize(Archive& archive) {
        archive(own_name_);
    }

private:
    std::string own_name_;
};

std::string alive(const spork::Process& process) {
    return process.is_alive() ? "alive" : "not alive";
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    Piano piano("grand");
    piano.start();
    spork::wait({piano.sentinel()});
    piano.terminate();
    spork::print("after terminate(): " + alive(piano));
    spork::print("and once more: " + alive(piano) + ", exit code " + std::to_string(piano.exitcode().value()));
}
