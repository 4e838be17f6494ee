// What comes between a sleeper's look at its word and its sleep.

#include "seam_test.hpp"

#include "word_semaphores.hpp"

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

using namespace std::chrono_literals;
using spork::platform::win32::SegmentKey;
using spork::platform::win32::WordSemaphores;

namespace {

constexpr std::uint64_t place = 64;

class TestWordSemaphores : public support::LeakTest {
    Q_OBJECT

    static SegmentKey random_key() {
        SegmentKey key;
        if (spork::platform::random_bytes(key)) {
            qFatal("no random bytes");
        }
        return key;
    }

private slots:
    void wakesBetweenLookAndSleepAreAllSeen() {
        constexpr int count = 3;
        const SegmentKey key = random_key();
        WordSemaphores sleepers(key);
        WordSemaphores waker(key);
        std::atomic<int> looking = 0;
        std::atomic<bool> woken = false;
        const auto look = [&] {
            ++looking;
            while (!woken) {
                std::this_thread::yield();
            }
            return true;
        };
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < count; ++thread) {
            // The watchdog of the test would notice a wake that is lost.
            threads.emplace_back([&] { sleepers.sleep(place, look, support::limit * 20); });
        }
        while (looking != count) {
            std::this_thread::yield();
        }
        for (int wake = 0; wake < count; ++wake) {
            waker.wake(place);
        }
        woken = true;
    }

    void wakesThatFoundNobodyEndOnlySoManySleeps() {
        const SegmentKey key = random_key();
        WordSemaphores sleeper(key);
        WordSemaphores waker(key);
        const auto look = [] { return true; };
        sleeper.sleep(place, look, 1ns);
        for (int wake = 0; wake < 2000; ++wake) {
            waker.wake(place);
        }
        const auto begin = std::chrono::steady_clock::now();
        int sleeps = 0;
        while (std::chrono::steady_clock::now() - begin < support::moment) {
            sleeper.sleep(place, look, support::moment);
            ++sleeps;
        }
        QVERIFY2(sleeps < 1100, qPrintable(QString::number(sleeps)));
    }

    void wordsAndSegmentsAreApart() {
        const SegmentKey key = random_key();
        WordSemaphores sleeper(key);
        WordSemaphores waker(key);
        WordSemaphores stranger(random_key());
        bool looked = false;
        const auto wake_others = [&] {
            waker.wake(place + 4);
            stranger.wake(place);
            looked = true;
            return true;
        };
        const auto begin = std::chrono::steady_clock::now();
        sleeper.sleep(place, wake_others, support::moment);
        QVERIFY(looked);
        QVERIFY(std::chrono::steady_clock::now() - begin >= support::moment - 1ms);
    }
};

const support::TestClass<TestWordSemaphores> registered;

}  // namespace

#include "word_semaphores.moc"
