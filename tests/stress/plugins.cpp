// Targets in plug-ins, which a child loads when it needs them; and plug-ins that are rebuilt or lost meanwhile.

#include "support/limits.hpp"
#include "support/program.hpp"
#include "support/test_case.hpp"

#include <QProcess>
#include <QTemporaryDir>

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>

using spork::StartMethod;

namespace {

namespace fs = std::filesystem;

class TestPlugins : public support::MethodTest {
    Q_OBJECT

    static fs::path plugin(int build) {
        return fs::path(support::program("plugin_host")).parent_path() /
               ("target_plugin_" + std::to_string(build) + TARGET_PLUGIN_SUFFIX);
    }

    struct Result {
        std::string output;
        std::string errors;
    };

    /// Runs the host with a copy of the plug-in, to which something happens after it was loaded.
    static Result run_host(const std::function<void(const fs::path&)>& change) {
        const QTemporaryDir folder;
        const fs::path path = fs::path(folder.path().toStdString()) / ("plugin" TARGET_PLUGIN_SUFFIX);
        fs::copy_file(plugin(1), path);
        QProcess host;
        host.setProcessEnvironment(
            support::environment_with("SPORK_START_METHOD", QString::fromStdString(std::string(to_string(method())))));
        host.start(QString::fromStdString(support::program("plugin_host")), {QString::fromStdString(path.string())});
        const int limit = static_cast<int>(std::chrono::milliseconds(support::limit).count());
        host.waitForReadyRead(limit);
        change(path);
        host.write("go\n");
        host.waitForFinished(limit);
        Result result{host.readAllStandardOutput().toStdString(), host.readAllStandardError().toStdString()};
        std::erase(result.output, '\r');
        return result;
    }

private slots:
    void targetInAPlugin() {
        const Result result = run_host([](const fs::path&) {});
        QCOMPARE(result.errors, std::string());
        QCOMPARE(result.output, std::string("ready\nplug-in 5 of build 1\nexit code 0\n"));
    }

    void rebuiltPluginIsRefused() {
        const Result result = run_host([](const fs::path& path) {
            fs::rename(path, path.parent_path() / "old");
            fs::copy_file(plugin(2), path);
        });
        if (method() == StartMethod::fork) {
            QCOMPARE(result.output, std::string("ready\nplug-in 5 of build 1\nexit code 0\n"));  // it has it already
            return;
        }
        QCOMPARE(result.output, std::string("ready\nexit code 1\n"));
        QVERIFY2(result.errors.find("another build") != std::string::npos, result.errors.c_str());
    }

    void lostPluginIsNamed() {
        const Result result = run_host([](const fs::path& path) { fs::rename(path, path.parent_path() / "old"); });
        if (method() == StartMethod::fork) {
            return;
        }
        QCOMPARE(result.output, std::string("ready\nexit code 1\n"));
        QVERIFY2(result.errors.find("plugin" TARGET_PLUGIN_SUFFIX) != std::string::npos, result.errors.c_str());
    }
};

const support::TestClass<TestPlugins> registered;

}  // namespace

#include "plugins.moc"
