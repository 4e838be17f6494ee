// Qt Test runs one object at a time and opens its log anew for each; here are several objects and one log.

#include "support/test_case.hpp"

#include <QTest>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <fstream>
#include <map>
#include <sstream>
#include <utility>

namespace support {

namespace {

using Factory = std::function<std::unique_ptr<QObject>()>;

std::vector<Factory>& factories() {
    static std::vector<Factory> all;
    return all;
}

/// A log file as Qt Test's -o names it: "name,format".
class Log {
public:
    /// Takes -o and its value out of the arguments.
    explicit Log(std::vector<std::string>& arguments) {
        const auto option = std::find(arguments.begin(), arguments.end(), "-o");
        if (option != arguments.end() && option + 1 != arguments.end() && !(option + 1)->starts_with("-,")) {
            const std::string value = *(option + 1);
            const auto comma = value.rfind(',');
            name_ = value.substr(0, comma);
            format_ = comma == std::string::npos ? ",txt" : value.substr(comma);
            arguments.erase(option, option + 2);
            std::ofstream(name_, std::ios::trunc);
        }
    }

    std::vector<std::string> options() const {
        return name_.empty() ? std::vector<std::string>() : std::vector<std::string>{"-o", part() + format_};
    }

    /// Appends what Qt Test has written; a class's own sum is renamed, since only the last one tells that all is done.
    void take_over(const std::string& class_name) const {
        if (name_.empty()) {
            return;
        }
        std::ifstream from(part());
        std::ofstream to(name_, std::ios::app);
        for (std::string line; std::getline(from, line);) {
            to << (line.starts_with("Totals:") ? class_name + " " : "") << line << '\n';
        }
        from.close();
        std::remove(part().c_str());
    }

    void end(int failures) const {
        if (!name_.empty()) {
            std::ofstream(name_, std::ios::app) << "Totals: all classes run, " << failures << " failed, over\n";
        }
    }

private:
    std::string part() const { return name_ + ".part"; }

    std::string name_;
    std::string format_;
};

int run(QObject& object, const std::vector<std::string>& arguments) {
    QStringList list;
    for (const std::string& argument : arguments) {
        list << QString::fromStdString(argument);
    }
    try {
        return QTest::qExec(&object, list);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s: an exception ended it: %s\n", object.metaObject()->className(), error.what());
        return 1;
    }
}

}  // namespace

void add_test_class(Factory make) {
    factories().push_back(std::move(make));
}

int run_test_classes(std::vector<std::string> arguments) {
    const Log log(arguments);
    std::map<std::string, Factory> classes;
    for (const Factory& make : factories()) {
        classes.emplace(make()->metaObject()->className(), make);
    }

    // Functions by class; a class with none runs all of its functions.
    std::map<std::string, std::vector<std::string>> chosen;
    std::vector<std::string> options = {arguments.empty() ? std::string("test") : arguments.front()};
    // Qt's handler for crashes would be inherited by forked children and run in them.
    options.push_back("-nocrashhandler");
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        const auto colons = arguments[i].find("::");
        const std::string name = arguments[i].substr(0, colons);
        if (classes.contains(name)) {
            auto& functions = chosen[name];
            if (colons != std::string::npos) {
                functions.push_back(arguments[i].substr(colons + 2));
            }
        } else {
            options.push_back(arguments[i]);
        }
    }
    int failures = 0;
    for (const auto& [name, make] : classes) {
        const auto functions = chosen.find(name);
        if (chosen.empty() || functions != chosen.end()) {
            std::vector<std::string> words = options;
            for (const auto& more : {log.options(), chosen.empty() ? std::vector<std::string>() : functions->second}) {
                words.insert(words.end(), more.begin(), more.end());
            }
            failures += run(*make(), words);
            log.take_over(name);
        }
    }
    log.end(failures);
    return failures;
}

}  // namespace support
