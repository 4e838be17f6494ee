// `plugin_host PLUGIN`: loads it, says so, waits for a line, and starts a process whose target is in it.

#include <spork/spork.hpp>

#include <QLibrary>

#include <iostream>
#include <memory>
#include <string>

int main(int argc, char** argv) {
    spork::init(argc, argv);
    QLibrary library(QString::fromLocal8Bit(argv[1]));
    using MakeProcess = spork::Process* (*)(int);
    const auto make_process = reinterpret_cast<MakeProcess>(library.resolve("make_process"));
    if (!make_process) {
        std::cerr << library.errorString().toStdString() << '\n';
        return 1;
    }
    const std::unique_ptr<spork::Process> child(make_process(5));
    spork::print("ready");
    std::string line;
    std::getline(std::cin, line);
    child->start();
    child->join();
    spork::print("exit code " + std::to_string(child->exitcode().value()));
}
