/// \file
/// bench [--only JOB,JOB] [--quick] [--json FILE] [--svg FILE] [--list]: runs the jobs and prints one table.
/// Ends with 1 when a job went wrong (lost, reordered or changed what it carried), not when a goal is missed.

#include "job.hpp"

#include <spork/spork.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <stdexcept>

namespace {

struct CommandLine {
    bench::Options options;
    std::vector<std::string> only;
    std::string json;
    std::string svg;
    bool list = false;
};

std::vector<std::string> split(const std::string& words) {
    std::vector<std::string> result;
    for (std::size_t begin = 0; begin <= words.size();) {
        const std::size_t end = std::min(words.find(',', begin), words.size());
        result.push_back(words.substr(begin, end - begin));
        begin = end + 1;
    }
    return result;
}

CommandLine parse(const std::vector<std::string>& words) {
    CommandLine line;
    line.options.program = std::filesystem::absolute(words.at(0)).string();
    for (std::size_t i = 1; i < words.size(); ++i) {
        const auto value = [&] {
            if (i + 1 == words.size()) {
                throw std::invalid_argument(words[i] + " needs a value");
            }
            return words[++i];
        };
        if (words[i] == "--quick") {
            line.options.quick = true;
        } else if (words[i] == "--list") {
            line.list = true;
        } else if (words[i] == "--only") {
            line.only = split(value());
        } else if (words[i] == "--json") {
            line.json = value();
        } else if (words[i] == "--svg") {
            line.svg = value();
        } else {
            throw std::invalid_argument("unknown word: " + words[i]);
        }
    }
    const auto all = bench::jobs();
    for (const std::string& name : line.only) {
        if (std::none_of(all.begin(), all.end(), [&](const bench::Job& job) { return job.name == name; })) {
            throw std::invalid_argument("there is no job " + name + "; see --list");
        }
    }
    return line;
}

int run(const CommandLine& line) {
    bench::Report report;
    report.machine = std::to_string(spork::usable_cpu_count()) + " cores";
    for (const bench::Job& job : bench::jobs()) {
        if (line.list) {
            std::cout << job.name << ": " << job.processes << '\n';
        } else if (line.only.empty() || std::find(line.only.begin(), line.only.end(), job.name) != line.only.end()) {
            std::cout << job.name << ": on " << report.machine << " run " << job.processes << std::endl;
            job.run(line.options, report);
        }
    }
    if (line.list) {
        return 0;
    }
    bench::print_table(report);
    if (!line.json.empty()) {
        bench::write_json(report, line.json);
    }
    if (!line.svg.empty()) {
        bench::write_svg(report, line.svg);
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    // Before anything else, so that this very program can stand for an empty one.
    if (argc == 2 && argv[1] == bench::end_word) {
        return 0;
    }
    if (argc == 2 && argv[1] == bench::wait_word) {
        std::putchar('\n');
        std::fflush(stdout);
        return std::getchar() == EOF ? 0 : 1;
    }
    spork::init(argc, argv);
    try {
        return run(parse(spork::arguments()));
    } catch (const std::exception& error) {
        std::cerr << "bench: " << error.what() << '\n';
        return 1;
    }
}
