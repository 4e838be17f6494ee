/// \file
/// The worker's side of a pool.

#include "pool_board.hpp"

#include "platform/host.hpp"

#include <spork/exit_status.hpp>
#include <spork/process.hpp>
#include <spork/remote_exception.hpp>

#include <chrono>
#include <exception>
#include <string>
#include <utility>

namespace spork {

namespace {

constexpr std::uint64_t tasks_type = type_identity<detail::TaskHeader>;
constexpr std::uint64_t answers_type = type_identity<detail::AnswerHeader>;
enum class BoardTag {};
constexpr std::uint64_t board_type = type_identity<BoardTag>;
constexpr const char* board_name = "the board of a Pool";

}  // namespace

void Transfer<detail::PoolSetup>::save(Writer& writer, const detail::PoolSetup& value) {
    value.tasks->save(writer);
    value.answers->save(writer);
    writer.attach(value.board->handle());
    writer(value.number, value.most_tasks, value.initializer);
}

detail::PoolSetup Transfer<detail::PoolSetup>::load(Reader& reader) {
    detail::PoolSetup setup;
    setup.tasks = detail::QueueObject::load(reader, tasks_type);
    setup.answers = detail::QueueObject::load(reader, answers_type);
    setup.board = detail::SharedObject::attach(reader.take_handle(), sizeof(detail::Board), board_name);
    reader(setup.number, setup.most_tasks, setup.initializer);
    return setup;
}

namespace detail {

PoolSetup PoolSetup::make() {
    PoolSetup setup;
    setup.tasks = QueueObject::create(tasks_type, {}, false, true);
    setup.answers = QueueObject::create(answers_type, {}, false, true);
    setup.board = SharedObject::create(board_type, LockKind::none, sizeof(Board), board_name);
    return setup;
}

namespace {

class Worker {
public:
    explicit Worker(PoolSetup setup) : setup_(std::move(setup)), board_(*static_cast<Board*>(setup_.board->state())) {}

    void run() {
        if (!initialize()) {
            return;
        }
        tell(AnswerHeader::ready);
        for (std::uint64_t done = 0; setup_.most_tasks == 0 || done < setup_.most_tasks; ++done) {
            if (!run_one()) {
                return;
            }
        }
        tell(AnswerHeader::retiring);
    }

private:
    bool initialize() {
        if (!setup_.initializer) {
            return true;
        }
        try {
            setup_.initializer();
            return true;
        } catch (const Exit&) {
            throw;
        } catch (...) {
            Writer answer;
            write_header(answer, {setup_.number, 0, AnswerHeader::initializer_failed});
            save_current_exception(answer);
            put(answer);
            return false;
        }
    }

    /// False when no more tasks are to be done.
    bool run_one() {
        for (;;) {
            TakenMessage message;
            SleepLimit no_limit;
            QueueObject& tasks = *setup_.tasks;
            if (tasks.get(message, true, no_limit) != QueueKeeper::End::done) {
                return false;
            }
            Reader reader(message.bytes(), std::move(message.handles()));
            TaskHeader header;
            reader.read_bytes(&header, sizeof header);
            if (claim(header)) {
                answer(header, reader);
                return board_.places[header.place].stop.load(std::memory_order_relaxed) != header.use;
            }
        }
    }

    bool claim(const TaskHeader& header) {
        if (header.place >= Board::capacity) {
            throw TransferError("a Pool's task is corrupt: the board has no such place");
        }
        BoardPlace& place = board_.places[header.place];
        std::uint64_t queued = BoardPlace::word(header.use, BoardPlace::queued);
        if (!place.claim.compare_exchange_strong(queued, BoardPlace::word(header.use, setup_.number))) {
            return false;
        }
        place.began.store(static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count()),
                          std::memory_order_relaxed);
        return true;
    }

    void answer(const TaskHeader& header, Reader& reader) {
        {
            Writer value;
            write_header(value, {header.use, header.place, AnswerHeader::value});
            try {
                const Target target = read_target(reader);
                reader.expect_end();
                target.body->run(&value, true);
                put(value);
                return;
            } catch (const Exit&) {
                throw;
            } catch (...) {
                failure_ = std::current_exception();
            }
        }
        Writer failed;
        write_header(failed, {header.use, header.place, AnswerHeader::exception});
        try {
            std::rethrow_exception(std::exchange(failure_, nullptr));
        } catch (...) {
            save_current_exception(failed);
        }
        put(failed);
    }

    static void write_header(Writer& writer, const AnswerHeader& header) { writer.write_bytes(&header, sizeof header); }

    void tell(AnswerHeader::Kind kind) {
        Writer notice;
        write_header(notice, {setup_.number, 0, kind});
        put(notice);
    }

    void put(Writer& writer) {
        SleepLimit no_limit;
        if (const auto end = setup_.answers->put(writer, true, no_limit); end != QueueKeeper::End::done) {
            throw TransferError("cannot send the result of a Pool's task, of " + std::to_string(writer.bytes().size()) +
                                " bytes and " + std::to_string(writer.handles().size()) + " handles");
        }
    }

    PoolSetup setup_;
    Board& board_;
    std::exception_ptr failure_;
};

}  // namespace

void run_pool_worker(PoolSetup setup) {
    platform::ignore_interrupts();
    Worker(std::move(setup)).run();
}

}  // namespace detail
}  // namespace spork
