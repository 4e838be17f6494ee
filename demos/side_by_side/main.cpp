// Runs the demos under every start method, compares what they print with what is expected, and shows it.

#include "comparison.hpp"
#include "html_page.hpp"
#include "report.hpp"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QSaveFile>
#include <QTextStream>

#include <algorithm>
#include <exception>
#include <stdexcept>

namespace side_by_side {
namespace {

using namespace Qt::StringLiterals;

/// What the user asked for.
struct Request {
    QList<Demo> demos;
    QList<Method> methods;
    bool list = false;
    bool live = false;
    QString json;
    QString html;
};

/// Only those of `items` that `names` names, in the order of the items; all when there are no names.
template <class T>
QList<T> chosen(const QList<T>& items, const QStringList& names, const char* what) {
    QStringList known;
    QList<T> result;
    for (const T& item : items) {
        known.append(item.name);
        if (names.isEmpty() || names.contains(item.name)) {
            result.append(item);
        }
    }
    for (const QString& name : names) {
        if (!known.contains(name)) {
            throw std::runtime_error(
                u"no %1 named %2; there are: %3"_s.arg(QLatin1String(what), name, known.join(", "_L1)).toStdString());
        }
    }
    return result;
}

Request read_command_line(const QCoreApplication& application) {
    const QCommandLineOption list(u"list"_s, u"Print the names of the demos."_s);
    const QCommandLineOption method(u"method"_s,
                                    u"Only this start method: fork, forkserver, spawn, win32-spawn. May be "
                                    u"given several times."_s,
                                    u"METHOD"_s);
    const QCommandLineOption windows(u"windows"_s, u"Insist on the Windows programs."_s);
    const QCommandLineOption json(u"json"_s, u"Write the results as JSON."_s, u"FILE"_s);
    const QCommandLineOption html(u"html"_s, u"Write the transcripts side by side; build/demos.html by default."_s,
                                  u"FILE"_s);
    const QCommandLineOption windows_build(u"windows-build"_s, u"Where the demos for Windows lie."_s, u"DIR"_s);
    const QCommandLineOption wine(u"wine"_s, u"The script that runs a Windows program."_s, u"SCRIPT"_s);

    QCommandLineParser parser;
    parser.setApplicationDescription(
        u"Runs the demos under every start method, compares what they print with what is "
        u"expected, and shows a table. With one NAME the demo is shown live."_s);
    parser.addHelpOption();
    parser.addOptions({list, method, windows, json, html, windows_build, wine});
    parser.addPositionalArgument(u"NAME"_s, u"The demos to run; all by default."_s, u"[NAME...]"_s);
    parser.process(application);

    std::optional<WindowsBuild> build;
    if (parser.isSet(windows_build) && parser.isSet(wine)) {
        build = {.folder = parser.value(windows_build), .wine = parser.value(wine)};
    } else if (parser.isSet(windows)) {
        throw std::runtime_error("--windows needs --windows-build and --wine; demos/run gives both");
    }

    const QDir sources(QStringLiteral(SPORK_DEMOS_FOLDER));
    const QStringList names = parser.positionalArguments();
    Request request{
        .demos = chosen(find_demos(sources), names, "demo"),
        .methods = chosen(all_methods(QCoreApplication::applicationDirPath(), build), parser.values(method), "method"),
        .list = parser.isSet(list),
        .live = names.size() == 1,
        .json = parser.value(json),
        .html = parser.value(html)};
    if (request.html.isEmpty() && !request.live) {
        request.html = QDir::cleanPath(sources.filePath(u"../build/demos.html"_s));
    }
    return request;
}

/// The paragraph and the output of each run as it comes.
Row run_live(QTextStream& out, const Demo& demo, const QList<Method>& methods) {
    out << demo.name << "\n\n" << demo.about << Qt::endl;
    Row row{.demo = demo, .cells = {}};
    for (const Method& method : methods) {
        out << "\n--- " << method.name << Qt::endl;
        const Cell cell = run_cell(demo, method, [&out](const QByteArray& piece) { out << piece << Qt::flush; });
        out << cell.outcome.ending << Qt::endl;
        row.cells.append(cell);
    }
    out << Qt::endl;
    return row;
}

QList<Row> run_all(QTextStream& out, const Request& request) {
    Table table(out, request.demos, request.methods);
    QList<Row> rows;
    if (request.live) {
        rows.append(run_live(out, request.demos.first(), request.methods));
    }
    table.heading();
    for (const Demo& demo : request.demos) {
        table.begin_row(demo);
        if (request.live) {
            std::ranges::for_each(rows.first().cells, [&table](const Cell& cell) { table.add_cell(cell); });
        } else {
            Row row{.demo = demo, .cells = {}};
            for (const Method& method : request.methods) {
                row.cells.append(run_cell(demo, method, {}));
                table.add_cell(row.cells.last());
            }
            rows.append(row);
        }
        table.end_row();
    }
    return rows;
}

void write_file(const QString& path, const QByteArray& contents) {
    QDir().mkpath(QFileInfo(path).path());
    QSaveFile file(path);
    if (!file.open(QSaveFile::WriteOnly) || file.write(contents) != contents.size() || !file.commit()) {
        throw std::runtime_error("cannot write " + path.toStdString() + ": " + file.errorString().toStdString());
    }
}

int run(const QCoreApplication& application) {
    const Request request = read_command_line(application);
    QTextStream out(stdout);
    if (request.list) {
        for (const Demo& demo : request.demos) {
            out << demo.name << Qt::endl;
        }
        return 0;
    }

    const QList<Row> rows = run_all(out, request);
    print_summary(out, rows);
    if (!request.json.isEmpty()) {
        write_file(request.json, to_json(rows));
    }
    if (!request.html.isEmpty()) {
        write_file(request.html, html_page(rows).toUtf8());
        out << "side by side: " << request.html << Qt::endl;
    }
    return all_identical(rows) ? 0 : 1;
}

}  // namespace
}  // namespace side_by_side

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    try {
        return side_by_side::run(application);
    } catch (const std::exception& error) {
        QTextStream(stderr) << "side_by_side: " << error.what() << Qt::endl;
        return 2;
    }
}
