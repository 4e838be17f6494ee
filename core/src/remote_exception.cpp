/// \file
/// Which exceptions arrive as what they are, and how.

#include <spork/remote_exception.hpp>

#include "exit_work.hpp"

#include "platform/exception_type.hpp"
#include "platform/host.hpp"

#include <spork/error.hpp>

#include <functional>
#include <map>
#include <mutex>
#include <new>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <typeinfo>

namespace spork {

RemoteTrace::~RemoteTrace() = default;

namespace detail {

namespace {

/// How deep exceptions may be nested in each other, on their way: the others are left out.
constexpr int most_nested = 20;

template <class E>
std::exception_ptr load_made_from_text(Reader&, SavedException saved) {
    std::string message = saved.message;
    return make_remote(E(message), std::move(saved));
}

template <class E>
std::exception_ptr load_plain(Reader&, SavedException saved) {
    return make_remote(E(), std::move(saved));
}

void save_nothing(Writer&, const std::exception&) {}

void save_code(Writer& writer, const std::exception& error) {
    const std::error_code& code = dynamic_cast<const std::system_error&>(error).code();
    writer(code.value(), code.category() == std::generic_category());
}

/// Of the categories only the two of the standard mean the same in another process.
std::exception_ptr load_system_error(Reader& reader, SavedException saved) {
    const int value = reader.read<int>();
    const bool generic = reader.read<bool>();
    const std::error_code code(value, generic ? std::generic_category() : std::system_category());
    return make_remote(std::system_error(code), std::move(saved));
}

/// Rows by the names of the types. They come with static initialisers of the executable and of plug-ins. Never destroyed.
struct ExceptionTable {
    std::mutex mutex;
    std::map<std::string, ExceptionRow, std::less<>> rows;

    template <class... E>
    void add_made_from_text() {
        ((rows[readable_type_name(typeid(E))] = {save_nothing, load_made_from_text<E>}), ...);
    }
    template <class... E>
    void add_plain() {
        ((rows[readable_type_name(typeid(E))] = {save_nothing, load_plain<E>}), ...);
    }
};

ExceptionTable& table() {
    static ExceptionTable* const instance = [] {
        auto* const made = new ExceptionTable();
        made->add_made_from_text<std::logic_error, std::invalid_argument, std::domain_error, std::length_error,
                                 std::out_of_range, std::runtime_error, std::range_error, std::overflow_error,
                                 std::underflow_error, Error, UsageError, BootstrapError, StartMethodUnavailable,
                                 TransferError, TimeoutError, CancelledError, EofError, AuthenticationError, Empty,
                                 QueueEnded, Full, BrokenBarrierError>();
        made->add_plain<std::exception, std::bad_alloc, std::bad_array_new_length, std::bad_cast, std::bad_typeid,
                        std::bad_exception>();
        made->rows[readable_type_name(typeid(std::system_error))] = {save_code, load_system_error};
        return made;
    }();
    return *instance;
}

/// Made before there are threads: a process that is forked while another thread makes it would wait for it for ever.
[[maybe_unused]] const ExceptionTable& made_early = table();

std::optional<ExceptionRow> row_of(std::string_view type) {
    ExceptionTable& all = table();
    const std::lock_guard hold(all.mutex);
    const auto found = all.rows.find(type);
    return found == all.rows.end() ? std::nullopt : std::optional(found->second);
}

/// The name of an exception's type; what std::throw_with_nested wraps around it is left out.
std::string name_of(const std::type_info& type) {
    constexpr std::string_view wrapper = "std::_Nested_exception<";
    std::string name = readable_type_name(type);
    return name.starts_with(wrapper) ? name.substr(wrapper.size(), name.size() - wrapper.size() - 1) : name;
}

void save_current(Writer& writer, int depth);

void save_nested(Writer& writer, const std::exception& error, int depth) {
    try {
        std::rethrow_if_nested(error);
    } catch (...) {
        if (depth < most_nested) {
            writer.write(true);
            save_current(writer, depth + 1);
            return;
        }
    }
    writer.write(false);
}

/// A type's name, its text, the process, the fields that travel, and what is nested in it.
void save_parts(Writer& writer, const std::string& type, const std::string& message, std::int64_t pid,
                std::span<const std::byte> fields) {
    writer(type, message, pid);
    writer.write_size(fields.size());
    writer.write_bytes(fields.data(), fields.size());
}

void save_standard(Writer& writer, const std::exception& error, int depth) {
    const auto* const remote = dynamic_cast<const RemoteTrace*>(&error);
    const std::string type = remote ? remote->type() : name_of(typeid(error));
    Writer fields;
    if (const auto row = row_of(type)) {
        row->save(fields, error);
    }
    save_parts(writer, type, error.what(), remote ? remote->pid() : platform::process_id(), fields.bytes());
    save_nested(writer, error, depth);
}

void save_foreign(Writer& writer, const std::string& message) {
    const std::type_info* const type = platform::current_exception_type();
    save_parts(writer, type ? readable_type_name(*type) : std::string("an exception that is no std::exception"),
               message, platform::process_id(), {});
    writer.write(false);
}

void save_current(Writer& writer, int depth) {
    try {
        throw;
    } catch (const std::exception& error) {
        save_standard(writer, error, depth);
    } catch (const std::string& text) {
        save_foreign(writer, text);
    } catch (const char* text) {
        save_foreign(writer, text ? text : "");
    } catch (int number) {
        save_foreign(writer, std::to_string(number));
    } catch (...) {
        save_foreign(writer, "");
    }
}

std::exception_ptr load(Reader& reader, int depth) {
    SavedException saved;
    saved.type = reader.read<std::string>();
    saved.message = reader.read<std::string>();
    saved.pid = reader.read<std::int64_t>();
    Reader fields(reader.take(reader.read_size()));
    saved.outer = reader.read<bool>();
    if (saved.outer && depth == most_nested) {
        throw_corrupt("exceptions that are nested too deep");
    }
    const auto make = [&] {
        if (const auto row = row_of(saved.type)) {
            return row->load(fields, std::move(saved));
        }
        RemoteError error(saved.type, saved.message, {});
        return make_remote(std::move(error), std::move(saved));
    };
    if (!saved.outer) {
        return make();
    }
    const std::exception_ptr inner = load(reader, depth + 1);
    try {
        std::rethrow_exception(inner);
    } catch (...) {
        return make();  // nests what is being handled
    }
}

}  // namespace

void register_exception(const std::type_info& type, ExceptionRow row) {
    ExceptionTable& all = table();
    const std::lock_guard hold(all.mutex);
    all.rows[readable_type_name(type)] = row;
}

void save_current_exception(Writer& writer) {
    save_current(writer, 0);
}

std::exception_ptr load_exception(Reader& reader) {
    return load(reader, 0);
}

}  // namespace detail

}  // namespace spork
