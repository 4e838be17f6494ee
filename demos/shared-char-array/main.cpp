// Text in shared memory: an Array of characters. The child changes one, and the parent's text is another. Then the two
// other ways to make an array: of its elements, and of how many zeros it begins with.
//
// E89. In Python the array is a global, and under spawn the parent would still read "Hello".

#include <spork/spork.hpp>

#include <string>

void make_small(spork::Array<char> text) {
    for (char letter : text) {
        spork::print(std::string("child: ") + letter);
    }
    text[0] = 'h';
}

void print_all(const std::string& name, const spork::Array<int>& numbers) {
    std::string line = name;
    for (int number : numbers.value()) {
        line += ' ' + std::to_string(number);
    }
    spork::print(line);
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    const spork::Array<char> text("Hello");
    spork::Process child(make_small, text);
    child.start();
    child.join();
    for (char letter : text) {
        spork::print(std::string("parent: ") + letter);
    }
    spork::print("value: " + text.value());

    // A shorter text is followed by a zero; what lies behind it stays.
    text.set_value("hey");
    spork::print("value: " + text.value() + ", the last of " + std::to_string(text.size()) + " letters: " + text[4]);

    print_all("elements:", spork::Array<int>{1, 2, 3, 4});
    print_all("zeros:", spork::Array<int>(5));
}
