// A process with a name: set_name() in the constructor, and the child calls itself so. After start() the parent knows
// the child's pid. Nobody joins it; the program waits, and the child's last line is there.
//
// E19. In Python the base constructor has to be called before the name is set; C++ sees to that order by itself.

#include <spork/spork.hpp>

#include <QThread>

#include <string>
#include <utility>

class Work : public spork::ProcessBase<Work> {
public:
    Work() = default;
    explicit Work(std::string name) { set_name(std::move(name)); }

    void run() {
        spork::print("child: " + name() + " begins, pid " + std::to_string(pid().value()));
        QThread::msleep(100);
        spork::print("child: " + name() + " ends");
    }
};

int main(int argc, char** argv) {
    spork::init(argc, argv);

    Work work("egon");
    spork::print(std::string("main: before start() there is ") + (work.pid() ? "a" : "no") + " pid");
    work.start();
    spork::print("main: " + work.name() + " has pid " + std::to_string(work.pid().value()));
}
