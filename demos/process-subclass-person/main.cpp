// Three persons, each a process: the pid that the operating system tells and the pid that the object knows, before
// and after the chat, are one and the same.
//
// E103. The same in Python.

#include <spork/spork.hpp>

#include <QCoreApplication>

#include <string>
#include <utility>
#include <vector>

class Talk : public spork::ProcessBase<Talk> {
public:
    Talk() = default;
    explicit Talk(std::string person) : person_(std::move(person)) {}

    void run() {
        spork::print(person_ + ": the system says pid " + std::to_string(QCoreApplication::applicationPid()));
        spork::print(person_ + ": my object says pid " + std::to_string(pid().value()));
        spork::print(person_ + " chats with egon");
        spork::print(person_ + ": my object still says pid " + std::to_string(pid().value()));
    }

    template <class Archive>
    void serialize(Archive& archive) {
        archive(person_);
    }

private:
    std::string person_;
};

int main(int argc, char** argv) {
    spork::init(argc, argv);

    std::vector<Talk> talks;
    for (const char* person : {"anna", "bert", "carl"}) {
        talks.emplace_back(person).start();
    }
    for (Talk& talk : talks) {
        talk.join();
    }
    spork::print("main: all have talked");
}
