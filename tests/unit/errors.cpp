// The exceptions: what each is caught as, and what it carries.

#include "support/test_case.hpp"

#include <spork/error.hpp>

#include <cerrno>
#include <string>
#include <type_traits>

namespace {

template <class... E>
constexpr bool are_errors = (std::is_base_of_v<spork::Error, E> && ...);

static_assert(std::is_base_of_v<std::runtime_error, spork::Error>);
static_assert(are_errors<spork::UsageError, spork::BootstrapError, spork::StartMethodUnavailable, spork::StartError,
                         spork::TransferError, spork::TimeoutError, spork::CancelledError, spork::EofError>);
static_assert(are_errors<spork::BufferTooShort, spork::AuthenticationError, spork::Empty, spork::Full,
                         spork::BrokenBarrierError, spork::WorkerDied, spork::RemoteError>);

class TestErrors : public QObject {
    Q_OBJECT

private slots:
    void startErrorHasTheSystemsReason() {
        const std::error_code reason(ENOENT, std::generic_category());
        const spork::StartError error("cannot start", reason);
        QCOMPARE(error.code(), reason);
        QCOMPARE(std::string(error.what()), "cannot start: " + reason.message());
    }

    void bufferTooShortHasTheMessage() {
        const spork::BufferTooShort error("too long", {std::byte{1}, std::byte{2}});
        QCOMPARE(error.message().size(), std::size_t(2));
    }

    void workerDiedHasTheExitCode() {
        const spork::WorkerDied error("a worker was killed", -9);
        QCOMPARE(error.exitcode(), -9);
        QCOMPARE(std::string(error.what()), std::string("a worker was killed"));
    }

    void remoteErrorSaysWhatItWas() {
        const spork::RemoteError error("demo::OutOfPaper", "tray 2", "main\nprint");
        QCOMPARE(std::string(error.what()), std::string("demo::OutOfPaper: tray 2"));
        QCOMPARE(error.type(), std::string("demo::OutOfPaper"));
        QCOMPARE(error.stack(), std::string("main\nprint"));
    }
};

const support::TestClass<TestErrors> registered;

}  // namespace

#include "errors.moc"
