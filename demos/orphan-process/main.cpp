// A father that dies before its child, without waiting for it. A child that was started with survive_parent lives on
// as an orphan, sees that its father is gone, and finishes. Without it spork leaves no orphans: the child is ended
// with its father, however that died, and the other end of its pipe sees the end.
//
// E109, D9. In Python by os.fork(); on POSIX the orphan's parent pid becomes 1, on Windows it goes stale, which is
// why this program asks parent_process() and not the system. Python's own processes stay orphans when their parent is
// killed.

#include <spork/spork.hpp>

#include <QThread>

#include <cstdlib>
#include <string>

void orphan(spork::Connection grandfather) {
    const spork::ParentProcess father = spork::parent_process().value();
    spork::print("child: my father has pid " + std::to_string(father.pid()));
    grandfather.send(true);
    father.join();
    grandfather.recv<bool>();
    spork::print("child: I am an orphan now and finish my work");
    grandfather.send(true);
}

void protected_child(spork::Connection grandfather) {
    grandfather.send(true);
    QThread::sleep(60);
    grandfather.send(true);
}

void father(bool survive, spork::Connection grandfather, spork::Connection child_line) {
    spork::Process child({.survive_parent = survive}, survive ? orphan : protected_child, child_line);
    child.start();
    grandfather.recv<bool>();
    spork::print("father: pid " + std::to_string(spork::current_process().pid().value()) + " dies");
    std::_Exit(0);  // no exit work: nobody is waited for
}

void family(bool survive) {
    auto [father_line, to_father] = spork::Pipe();
    auto [child_line, to_child] = spork::Pipe();
    spork::Process process(father, survive, to_father, to_child);
    process.start();
    to_father.close();
    to_child.close();

    child_line.recv<bool>();  // the child runs
    father_line.send(true);   // the father may die
    process.join();
    spork::print("grandfather: the father has died");
    try {
        child_line.send(true);
        child_line.recv<bool>();
        spork::print("grandfather: the child has finished");
    } catch (const std::exception&) {
        spork::print("grandfather: the child is gone");
    }
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    spork::print("with survive_parent:");
    family(true);
    spork::print("without:");
    family(false);
}
