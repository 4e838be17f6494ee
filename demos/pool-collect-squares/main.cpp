// Ten calls are given to a pool that has a worker for each processor, and their results are collected afterwards. get()
// waits where a result is not there yet, so nothing has to be joined first; the pool ends with its variable.
//
// E38. The same in Python, where it is a with statement that ends the pool.

#include <spork/spork.hpp>

#include <QThread>

#include <string>
#include <vector>

int square(int number) {
    QThread::msleep(50);
    return number * number;
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    spork::Pool pool;
    std::vector<spork::AsyncResult<int>> results;
    for (int number = 0; number < 10; ++number) {
        results.push_back(pool.apply_async(square, number));
    }
    std::string squares = "squares:";
    for (const spork::AsyncResult<int>& result : results) {
        squares += ' ' + std::to_string(result.get());
    }
    spork::print(squares);
}
