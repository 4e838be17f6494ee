#pragma once

/// \file
/// What the standard streams of a child are connected to.

#include <spork/native_handle.hpp>

#include <filesystem>
#include <utility>

namespace spork {

/// StandardStream says what a child's standard input, output or error is.
///
///     spork::Process p({.standard_output = spork::StandardStream::file("out.txt")}, work);
class StandardStream {
public:
    enum class Kind : unsigned char { inherit, null, file, pipe };

    /// The same stream as the parent's.
    static StandardStream inherit() { return StandardStream(Kind::inherit); }

    /// The null device: reading is at its end, what is written is dropped.
    static StandardStream null() { return StandardStream(Kind::null); }

    /// A file: opened for reading for standard input, else created or emptied (or, with `append`, continued).
    static StandardStream file(std::filesystem::path path, bool append = false) {
        StandardStream stream(Kind::file);
        stream.path_ = std::move(path);
        stream.append_ = append;
        return stream;
    }

    /// An open file, socket or pipe.
    static StandardStream handle(FileHandle file) {
        StandardStream stream(Kind::file);
        stream.file_ = std::move(file);
        return stream;
    }

    /// A new pipe, whose other end is Process::standard_input(), standard_output() or standard_error().
    static StandardStream pipe() { return StandardStream(Kind::pipe); }

    Kind kind() const noexcept { return kind_; }
    const std::filesystem::path& path() const noexcept { return path_; }
    bool append() const noexcept { return append_; }
    const FileHandle& open_file() const noexcept { return file_; }

private:
    explicit StandardStream(Kind kind) : kind_(kind) {}

    Kind kind_;
    std::filesystem::path path_;
    bool append_ = false;
    FileHandle file_;
};

}  // namespace spork
