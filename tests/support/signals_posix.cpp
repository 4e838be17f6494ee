#include "support/signals.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <stop_token>
#include <thread>

namespace support {

namespace {

std::atomic<int> handled = 0;

}  // namespace

struct SignalStorm::State {
    struct sigaction before {};
    int first = handled;
    std::jthread sender;
};

SignalStorm::SignalStorm() : state_(std::make_unique<State>()) {
    struct sigaction action {};
    action.sa_handler = [](int) { ++handled; };
    action.sa_flags = 0;  // no SA_RESTART: calls are to be broken off
    sigaction(SIGUSR1, &action, &state_->before);
    state_->sender = std::jthread([victim = pthread_self()](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            pthread_kill(victim, SIGUSR1);
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    });
}

SignalStorm::~SignalStorm() {
    state_->sender.request_stop();
    state_->sender.join();
    sigaction(SIGUSR1, &state_->before, nullptr);
}

int SignalStorm::count() const {
    return handled - state_->first;
}

void SignalStorm::wait_for_some() const {
    const int enough = count() + 5;
    while (count() < enough) {
        std::this_thread::yield();
    }
}

void send_interrupt(std::int64_t pid) {
    kill(static_cast<pid_t>(pid), SIGINT);
}
void send_kill(std::int64_t pid) {
    kill(static_cast<pid_t>(pid), SIGKILL);
}

void send_continue(std::int64_t pid) {
    kill(static_cast<pid_t>(pid), SIGCONT);
}

void ignore_child_signal() {
    signal(SIGCHLD, SIG_IGN);
}

void collect_any_child() {
    waitpid(-1, nullptr, 0);
}

int duplicate_from(int descriptor, int least) {
    return fcntl(descriptor, F_DUPFD_CLOEXEC, least);
}

void fill_descriptors(int least) {
    int last = open("/dev/null", O_RDONLY | O_CLOEXEC);
    while (last != -1 && last < least - 1) {
        last = dup(last);
    }
}

}  // namespace support
