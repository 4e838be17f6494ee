#include "html_page.hpp"

#include <QDateTime>
#include <QSysInfo>

#include <algorithm>

namespace side_by_side {

using namespace Qt::StringLiterals;
using Kind = DiffLine::Kind;

namespace {

constexpr auto style = R"(
:root { color-scheme: light; --ink: #1d2433; --soft: #667085; --line: #e4e7ec; --good: #1a7f4b; --bad: #b42318; }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: #fff; margin: 2rem auto; max-width: 90rem;
       padding: 0 1.5rem; }
h1 { font-size: 1.6rem; margin-bottom: 0; }
h2 { font-size: 1.15rem; margin: 2.5rem 0 .25rem; }
p { max-width: 50rem; margin: .4rem 0 .8rem; }
.soft, time { color: var(--soft); }
table { border-collapse: collapse; font-size: .85rem; }
th { text-align: left; font-weight: 600; padding: .35rem .8rem; border-bottom: 2px solid var(--line); }
td { padding: .1rem .8rem; border-bottom: 1px solid var(--line); vertical-align: top; }
.transcript { width: 100%; table-layout: fixed; }
.transcript td { font: .8rem/1.5 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere;
                 border-right: 1px solid var(--line); }
.identical { color: var(--good); }
.different { color: var(--bad); font-weight: 600; }
td.added { background: #fef0c7; }
td.missing { background: #fee4e2; }
td.missing::before { content: 'missing'; color: var(--bad); }
td.nothing { background: #f9fafb; }
details { margin-top: .5rem; }
summary { cursor: pointer; color: var(--soft); font-size: .85rem; }
code { font: .8rem/1.5 ui-monospace, monospace; }
pre { font: .8rem/1.5 ui-monospace, monospace; background: #f9fafb; padding: .6rem .8rem; overflow-x: auto; }
a { color: inherit; }
)";

/// One column of a demo's table, cut at the expected lines: before[i] are the lines that came additionally before
/// expected line i (or at the end), and there[i] says whether line i came itself.
struct Column {
    QList<QStringList> before;
    QList<bool> there;
};

Column cut(const QList<DiffLine>& diff) {
    Column column;
    column.before.append(QStringList());
    for (const DiffLine& line : diff) {
        if (line.kind == Kind::added) {
            column.before.last().append(line.text);
        } else {
            column.there.append(line.kind == Kind::same);
            column.before.append(QStringList());
        }
    }
    return column;
}

QString table_cell(const char* css_class, const QString& text) {
    return u"<td class=\"%1\">%2</td>"_s.arg(QLatin1String(css_class), text.toHtmlEscaped());
}

/// The lines that came additionally before expected line `i`, one row each; columns with fewer get empty cells.
QString added_rows(const QList<Column>& columns, qsizetype i) {
    qsizetype height = 0;
    for (const Column& column : columns) {
        height = std::max(height, column.before[i].size());
    }
    QString html;
    for (qsizetype k = 0; k < height; ++k) {
        html += "<tr>"_L1 + table_cell("nothing", {});
        for (const Column& column : columns) {
            const bool filled = k < column.before[i].size();
            html += table_cell(filled ? "added" : "nothing", filled ? column.before[i][k] : QString());
        }
        html += "</tr>\n"_L1;
    }
    return html;
}

QString what_may_vary(const Demo& demo) {
    QString html;
    for (const QString& line : demo.expectation.header) {
        html += u"<code>%1</code><br>\n"_s.arg(line.toHtmlEscaped());
    }
    return html.isEmpty() ? html : u"<p class=\"soft\">%1</p>\n"_s.arg(html);
}

QString transcripts(const Row& row) {
    const QStringList& expected = row.demo.expectation.lines;
    QString html = u"<table class=\"transcript\"><tr><th>expected</th>"_s;
    QList<Column> columns;
    for (const Cell& cell : row.cells) {
        html += u"<th>%1</th>"_s.arg(cell.method.toHtmlEscaped());
        columns.append(cut(cell.diff));
    }
    html += "</tr>\n"_L1;
    for (qsizetype i = 0; i < expected.size(); ++i) {
        html += added_rows(columns, i) + "<tr>"_L1 + table_cell("soft", expected[i]);
        for (const Column& column : columns) {
            html += column.there[i] ? table_cell("same", expected[i]) : table_cell("missing", {});
        }
        html += "</tr>\n"_L1;
    }
    return html + added_rows(columns, expected.size()) + "</table>\n"_L1;
}

QString as_printed(const Row& row) {
    QString html =
        u"<details><summary>as printed, with pids, times and the order in which the lines came</summary>\n"_s;
    for (const Cell& cell : row.cells) {
        const QString output = QString::fromUtf8(cell.outcome.output).remove(u'\r');
        html += u"<p>%1</p><pre>%2%3</pre>\n"_s.arg(cell.method.toHtmlEscaped(), output.toHtmlEscaped(),
                                                    cell.outcome.ending.toHtmlEscaped());
    }
    return html + "</details>\n"_L1;
}

QString overview(const QList<Row>& rows) {
    QString html = u"<table><tr><th>demo</th>"_s;
    if (!rows.isEmpty()) {
        for (const Cell& cell : rows.first().cells) {
            html += u"<th>%1</th>"_s.arg(cell.method.toHtmlEscaped());
        }
    }
    html += "</tr>\n"_L1;
    for (const Row& row : rows) {
        html += u"<tr><td><a href=\"#%1\">%1</a></td>"_s.arg(row.demo.name.toHtmlEscaped());
        for (const Cell& cell : row.cells) {
            const QString word = cell.identical() ? u"identical"_s : u"different"_s;
            html += u"<td><span class=\"%1\">%1</span> <time>%2 s</time></td>"_s.arg(word).arg(
                cell.outcome.time.count(), 0, 'f', 2);
        }
        html += "</tr>\n"_L1;
    }
    return html + "</table>\n"_L1;
}

}  // namespace

QString html_page(const QList<Row>& rows) {
    QString html =
        u"<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>spork's demos side by side"
        u"</title>\n<style>%1</style></head>\n<body>\n"_s.arg(QLatin1String(style));
    html += u"<h1>spork's demos side by side</h1>\n<p class=\"soft\">%1, %2</p>\n"_s.arg(
        QDateTime::currentDateTime().toString(u"yyyy-MM-dd hh:mm"), QSysInfo::prettyProductName().toHtmlEscaped());
    html +=
        u"<p>Every program under every start method of every system. What may vary by itself (pids, times, the order "
        u"of lines of processes that run at once) is normalised by the rules in the demo's expected.txt; whatever "
        u"else differs is marked.</p>\n"_s;
    html += overview(rows);
    for (const Row& row : rows) {
        html += u"<h2 id=\"%1\">%1</h2>\n"_s.arg(row.demo.name.toHtmlEscaped());
        for (const QString& paragraph : row.demo.about.split(u"\n\n"_s, Qt::SkipEmptyParts)) {
            html += u"<p>%1</p>\n"_s.arg(paragraph.trimmed().toHtmlEscaped());
        }
        html += what_may_vary(row.demo) + transcripts(row) + as_printed(row);
    }
    return html + "</body></html>\n"_L1;
}

}  // namespace side_by_side
