// One function for all elements of a range: map() waits for all results, which have the order of the elements. starmap()
// is for elements that are several arguments each. imap() gives each result as soon as it is its turn, and reads its
// input as it goes: this one has no end.
//
// E86. Python has the same three, but its imap() reads on without being asked: an input without an end fills the memory.

#include <spork/spork.hpp>

#include <QThread>

#include <ranges>
#include <string>
#include <tuple>
#include <vector>

int square(int number) {
    QThread::msleep(50);
    return number * number;
}

int multiply(int a, int b) {
    return a * b;
}

std::string text(const std::vector<int>& numbers) {
    std::string result;
    for (int number : numbers) {
        result += ' ' + std::to_string(number);
    }
    return result;
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    spork::Pool pool;
    spork::print("map:" + text(pool.map(square, std::vector{1, 2, 3, 4, 5})));
    spork::print("starmap:" + text(pool.starmap(multiply, std::vector<std::tuple<int, int>>{{2, 3}, {4, 5}, {6, 7}})));
    for (int number : pool.imap(square, std::views::iota(1))) {
        spork::print("imap: " + std::to_string(number));
        if (number == 25) {
            break;
        }
    }
}
