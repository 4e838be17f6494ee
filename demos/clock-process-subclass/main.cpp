// A clock as a process: the interval is a field, and run() prints the time at each tick.
//
// E84. The same in Python, with a main guard.

#include <spork/spork.hpp>

#include <QThread>
#include <QTime>

#include <string>

class Clock : public spork::ProcessBase<Clock> {
public:
    Clock() = default;
    explicit Clock(unsigned long interval_ms) : interval_ms_(interval_ms) {}

    void run() {
        for (int tick = 1; tick <= 5; ++tick) {
            const QTime now = QTime::currentTime();
            spork::print("tick " + std::to_string(tick) + ": it is " + now.toString("hh:mm:ss.zzz").toStdString());
            QThread::msleep(interval_ms_);
        }
    }

    template <class Archive>
    void serialize(Archive& archive) {
        archive(interval_ms_);
    }

private:
    unsigned long interval_ms_ = 0;
};

int main(int argc, char** argv) {
    spork::init(argc, argv);

    Clock clock(100);
    clock.start();
}
