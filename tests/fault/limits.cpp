// The limits that an administrator sets: descriptors and processes.

#include "support/targets.hpp"
#include "support/test_case.hpp"

#include <spork/spork.hpp>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <string>
#include <vector>

using spork::Connection;
using spork::StartMethod;
using support::ChildGuard;
using support::limit;

namespace {

/// Lowers a soft limit until it is destroyed.
class Limited {
public:
    Limited(__rlimit_resource resource, rlim_t value) : resource_(resource) {
        getrlimit(resource_, &before_);
        rlimit now = before_;
        now.rlim_cur = value;
        setrlimit(resource_, &now);
    }
    ~Limited() { setrlimit(resource_, &before_); }
    Limited(const Limited&) = delete;
    Limited& operator=(const Limited&) = delete;

private:
    __rlimit_resource resource_;
    rlimit before_{};
};

/// In a child of its own, since a changed user cannot be changed back: what a start says when the user may have no more
/// processes.
void start_as_a_limited_user(Connection there, StartMethod method) {
    constexpr uid_t nobody = 65534;
    if (setresuid(nobody, nobody, nobody) != 0) {
        there.send(std::string("not root"));
        return;
    }
    const Limited none(RLIMIT_NPROC, 0);
    try {
        ChildGuard child(method, support::do_nothing);
        there.send(std::string("started"));
    } catch (const spork::StartError& error) {
        there.send(std::string(error.code() == std::errc::resource_unavailable_try_again ? "refused" : error.what()));
    }
}

class TestLimits : public support::MethodTest {
    Q_OBJECT

private slots:
    /// Whatever number of descriptors is left: a start succeeds, or says that there are too few.
    void descriptorsRunOut() {
        QFETCH_GLOBAL(StartMethod, method);
        const int first = fcntl(0, F_DUPFD_CLOEXEC, 0);
        close(first);
        const support::LeakGuard leaks;  // a fork server among it, which may go and come again
        int refused = 0;
        int started = 0;
        for (int more = 0; more < 24; ++more) {
            try {
                std::optional<ChildGuard> child;
                {
                    const Limited few(RLIMIT_NOFILE, static_cast<rlim_t>(first + more));
                    child.emplace(method, support::do_nothing);
                }
                ++started;
                QVERIFY((*child)->join(limit));
            } catch (const spork::StartError& error) {
                QVERIFY2(error.code() == std::errc::too_many_files_open, error.what());
                ++refused;
            } catch (const std::system_error& error) {
                QVERIFY2(error.code() == std::errc::too_many_files_open, error.what());
                ++refused;
            }
            const std::string left = leaks.leaks();
            QVERIFY2(left.empty(), (std::to_string(more) + " descriptors: " + left).c_str());
        }
        QVERIFY(refused > 0);
        QVERIFY(started > 0);
        ChildGuard next(method, support::do_nothing);
        QCOMPARE(next.exitcode(), std::optional(0));
    }

    void processesRunOut() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        ChildGuard child(StartMethod::spawn, start_as_a_limited_user, there, method);
        const auto answer = here.recv<std::string>(limit);
        if (answer == "not root") {
            QSKIP("only root can become a user with a limit");
        }
        QCOMPARE(answer, std::string("refused"));
    }

    void descriptorsRunOutWhileReceiving() {
        auto [here, there] = spork::Pipe();
        std::vector<Connection> sent;
        for (int i = 0; i < 20; ++i) {
            sent.push_back(there);
        }
        here.send(sent);
        const int first = fcntl(0, F_DUPFD_CLOEXEC, 0);
        close(first);
        bool refused = false;
        {
            const Limited few(RLIMIT_NOFILE, static_cast<rlim_t>(first + 10));
            try {
                there.recv<std::vector<Connection>>(limit);
            } catch (const std::system_error& error) {
                refused = error.code() == std::errc::too_many_files_open;
            }
        }
        QVERIFY(refused);
        here.send(1);
        QCOMPARE(there.recv<int>(limit), 1);
    }
};

const support::TestClass<TestLimits> registered;

}  // namespace

#include "limits.moc"
