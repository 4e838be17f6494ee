// A global list is no shared list: each process has its own. Three children append their number, each sees only what
// it appended itself, and the parent's list stays empty.
//
// E74. The same in Python. To share, use a pipe, or a global of type spork::Global (see global-variables).

#include <spork/spork.hpp>

#include <string>
#include <vector>

std::vector<int> numbers;

std::string to_text(const std::vector<int>& list) {
    std::string text = "[";
    for (int number : list) {
        text += (text.size() > 1 ? ", " : "") + std::to_string(number);
    }
    return text + "]";
}

void append(int number) {
    numbers.push_back(number);
    spork::print("child " + std::to_string(number) + ": " + to_text(numbers));
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    std::vector<spork::Process> children;
    for (int number = 0; number < 3; ++number) {
        children.emplace_back(append, number).start();
    }
    for (spork::Process& child : children) {
        child.join();
    }
    spork::print("parent: " + to_text(numbers));
}
