#pragma once

/// \file
/// A job is one kind of work that spork and its peers do: one file, named in jobs.cpp.

#include "report.hpp"

#include <span>
#include <string>
#include <string_view>

namespace bench {

struct Options {
    bool quick = false;   ///< fewer rounds and shorter curves
    std::string program;  ///< the absolute path of this program, for peers that start it
};

struct Job {
    std::string_view name;
    std::string_view processes;  ///< which processes run at once
    void (*run)(const Options& options, Report& report);
};

std::span<const Job> jobs();

/// Words with which this program ends, or waits for the end of its standard input, before it does anything else: an empty
/// program that is linked to the same libraries.
inline constexpr std::string_view end_word = "--end-at-once";
inline constexpr std::string_view wait_word = "--wait-at-once";

}  // namespace bench
