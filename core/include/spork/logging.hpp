#pragma once

/// \file
/// spork's log: what it does, named by process.

#include <spork/export.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace spork {

/// Levels with Python's numbers. A program may use values between them.
enum class LogLevel : int { notset = 0, subdebug = 5, debug = 10, info = 20, subwarning = 25, warning = 30, error = 40 };

/// One record of the log.
struct LogRecord {
    LogLevel level = LogLevel::notset;
    std::string process;   ///< name of the process that logged it
    std::int64_t pid = 0;
    std::string message;
};

/// Logger is the one log of a program. Children have their parent's level and destination: with a sink, their records
/// come to the sink of the process that set it, in order for each process, the last one before a crash included; when
/// Process::join has returned, the sink has got all records of that child.
/// Nothing is logged until log_to_stderr or set_sink was called. Threads: any. Python: multiprocessing.get_logger.
class SPORK_API Logger {
public:
    /// Records below the level are dropped. Default: warning.
    void set_level(LogLevel level);
    LogLevel level() const;
    bool enabled(LogLevel level) const;

    /// Calls `sink` for each record of this process and of children started from now on; one call at a time, from a
    /// thread of the runtime for children's records. An empty function removes it.
    void set_sink(std::function<void(const LogRecord&)> sink);

    void log(LogLevel level, std::string_view message);
    void debug(std::string_view message) { log(LogLevel::debug, message); }
    void info(std::string_view message) { log(LogLevel::info, message); }
    void warning(std::string_view message) { log(LogLevel::warning, message); }
    void error(std::string_view message) { log(LogLevel::error, message); }
};

SPORK_API Logger& get_logger();

/// Writes records to standard error as [LEVEL/ProcessName] message, a line in one piece. Calling it twice does not print
/// twice. Sets the level if one is given. Python: multiprocessing.log_to_stderr.
SPORK_API Logger& log_to_stderr(LogLevel level = LogLevel::notset);

/// "DEBUG", "INFO", "WARNING", or "Level 25".
SPORK_API std::string to_string(LogLevel level);

}  // namespace spork
