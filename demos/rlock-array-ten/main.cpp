// Ten processes share an array, a counter and an RLock. While one has the lock, nobody else writes a number or a line: its
// four lines stand together, which it checks by the counter of lines. Which process comes first is free.
//
// E78, D12. The main process does not wait for its children, it ends while they are still starting. In Python, under
// spawn on POSIX, they then die: the lock's name is gone before they open it. A spork lock has no name.

#include <spork/spork.hpp>

#include <QThread>

#include <mutex>
#include <string>

void print_board(int index, spork::Array<int> board, spork::Value<int> lines, spork::RLock lock) {
    const std::scoped_lock hold(lock);
    const int before = lines.value();
    board[0] = 100 + index;
    for (int number : board) {
        spork::print("process " + std::to_string(index) + ": " + std::to_string(number));
        lines.with([](int& count) { ++count; });
        QThread::msleep(1);
    }
    if (lines.value() != before + 4) {
        spork::print("process " + std::to_string(index) + ": somebody came between");
    }
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    const spork::Array<int> board{11, 22, 33, 44};
    const spork::Value<int> lines(0);
    const spork::RLock lock;
    for (int index = 0; index < 10; ++index) {
        spork::Process(print_board, index, board, lines, lock).start();
    }
}
