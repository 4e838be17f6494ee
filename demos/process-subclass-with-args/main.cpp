// A process class with a constructor: the index is a field, and the child runs on a copy of the fields as they were
// at start(). Ten objects are ten processes with ten pids and one parent. What the child writes into its field stays
// there.
//
// E4. In Python the object is inherited under fork and serialised under spawn (D6); here the fields that serialize()
// names travel under every start method.

#include <spork/spork.hpp>

#include <QThread>

#include <string>
#include <vector>

class Mail : public spork::ProcessBase<Mail> {
public:
    Mail() = default;
    explicit Mail(int index) : index_(index) {}

    void run() {
        QThread::msleep(50);
        spork::print("mail " + std::to_string(index_) + ": pid " + std::to_string(pid().value()) + ", parent pid " +
                     std::to_string(spork::parent_process()->pid()));
        index_ = -1;
    }

    int index() const { return index_; }

    template <class Archive>
    void serialize(Archive& archive) {
        archive(index_);
    }

private:
    int index_ = 0;
};

int main(int argc, char** argv) {
    spork::init(argc, argv);

    std::vector<Mail> mails;
    for (int index = 0; index < 10; ++index) {
        mails.emplace_back(index).start();
    }
    std::string indices;
    for (Mail& mail : mails) {
        mail.join();
        indices += ' ' + std::to_string(mail.index());
    }
    spork::print("main: pid " + std::to_string(spork::current_process().pid().value()) + ", all sent");
    spork::print("main: the fields are as before:" + indices);
}
