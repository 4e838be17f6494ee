// Ten processes append to one file at the same time, and not a line is lost or torn. First each opens the file by its
// path; then one open file is passed to all of them. FileHandle appends in one piece on every system.
//
// E101. In Python appending is atomic on POSIX only; the C runtime of Windows seeks and writes in two steps.

#include <spork/spork.hpp>

#include <QTemporaryDir>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

void append_by_path(const std::filesystem::path& path, int index) {
    spork::FileHandle::append(path).write("by path: " + std::to_string(index) + "\n");
}

void append_to_open_file(const spork::FileHandle& file, int index) {
    file.write("open file: " + std::to_string(index) + "\n");
}

template <class Target, class File>
void run_ten(Target target, const File& file) {
    std::vector<spork::Process> processes;
    for (int index = 0; index < 10; ++index) {
        processes.emplace_back(target, file, index).start();
    }
    for (spork::Process& process : processes) {
        process.join();
    }
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    const QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath("entries.txt").toStdU16String();
    run_ten(append_by_path, path);
    run_ten(append_to_open_file, spork::FileHandle::append(path));

    std::ifstream file(path);
    int count = 0;
    for (std::string line; std::getline(file, line); ++count) {
        spork::print(line);
    }
    spork::print(std::to_string(count) + " entries");
}
