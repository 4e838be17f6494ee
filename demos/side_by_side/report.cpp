#include "report.hpp"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace side_by_side {

using namespace Qt::StringLiterals;

namespace {

constexpr int cell_width = 20;  // "DIFFERENT 60.00 s" and a gap

int longest_name(const QList<Demo>& demos) {
    qsizetype length = 0;
    for (const Demo& demo : demos) {
        length = std::max(length, demo.name.size());
    }
    return static_cast<int>(length);
}

}  // namespace

Table::Table(QTextStream& out, const QList<Demo>& demos, const QList<Method>& methods)
    : out_(out), first_width_(longest_name(demos) + 2) {
    for (const Method& method : methods) {
        methods_.append(method.name);
    }
}

void Table::heading() {
    out_ << u"demo"_s.leftJustified(first_width_);
    for (const QString& method : methods_) {
        out_ << method.leftJustified(cell_width);
    }
    out_ << Qt::endl;
}

void Table::begin_row(const Demo& demo) {
    out_ << demo.name.leftJustified(first_width_) << Qt::flush;
}

void Table::add_cell(const Cell& cell) {
    out_ << cell.verdict().leftJustified(cell_width) << Qt::flush;
}

void Table::end_row() {
    out_ << Qt::endl;
}

void print_summary(QTextStream& out, const QList<Row>& rows) {
    qsizetype cells = 0;
    qsizetype different = 0;
    for (const Row& row : rows) {
        for (const Cell& cell : row.cells) {
            ++cells;
            if (!cell.identical()) {
                ++different;
                out << "\n"
                    << row.demo.name << " under " << cell.method << " (- expected, + printed):\n"
                    << short_diff(cell.diff);
            }
        }
    }
    out << "\n"
        << rows.size() << (rows.size() == 1 ? " demo, " : " demos, ") << cells << (cells == 1 ? " run: " : " runs: ");
    if (different == 0) {
        out << "all identical" << Qt::endl;
    } else {
        out << different << " different" << Qt::endl;
    }
}

QByteArray to_json(const QList<Row>& rows) {
    QJsonArray list;
    for (const Row& row : rows) {
        for (const Cell& cell : row.cells) {
            list.append(QJsonObject{{u"demo"_s, row.demo.name},
                                    {u"method"_s, cell.method},
                                    {u"identical"_s, cell.identical()},
                                    {u"seconds"_s, cell.outcome.time.count()}});
        }
    }
    return QJsonDocument(list).toJson();
}

bool all_identical(const QList<Row>& rows) {
    return std::ranges::all_of(rows, [](const Row& row) { return std::ranges::all_of(row.cells, &Cell::identical); });
}

}  // namespace side_by_side
