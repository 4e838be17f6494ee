// What the runner makes of a transcript, without running anything.

#include "demo.hpp"
#include "line_diff.hpp"
#include "transcript.hpp"

#include <QTest>

#include <stdexcept>

using namespace Qt::StringLiterals;
using namespace side_by_side;
using Kind = DiffLine::Kind;

namespace {

const QString ending = u"[exit code 0]"_s;

QStringList normalise_by(const QString& header, const QByteArray& output) {
    QStringList lines = normalised(output, ending, parse_expectation(header + u"---\n"_s).rules);
    lines.removeLast();
    return lines;
}

}  // namespace

class TestTranscripts : public QObject {
    Q_OBJECT

private slots:
    void linesEndTheSameOnBothSystems() {
        QCOMPARE(normalised("one\r\ntwo\r\n", ending, {}), normalised("one\ntwo\n", ending, {}));
        QCOMPARE(normalised("one\n", ending, {}), QStringList({u"one"_s, ending}));
    }

    void emptyLinesAndAMissingLastLineEndCount() {
        QCOMPARE(normalise_by({}, "\none\n\ntwo"), QStringList({u""_s, u"one"_s, u""_s, u"two"_s}));
        QCOMPARE(normalise_by({}, ""), QStringList());
    }

    void withoutARuleNothingIsReplaced() {
        const QString line = u"pid 12 took 3 ms at 10:11:12"_s;
        QCOMPARE(normalise_by({}, line.toUtf8()), QStringList({line}));
    }

    void pidsAreNumberedByFirstAppearance() {
        const QString rule = u"# rule: pid\n"_s;
        QCOMPARE(normalise_by(rule, "child pid 70, parent pid 8\nparent pid 8\npid=70 parent=8 rapid 5 stupid pid\n"),
                 QStringList({u"child pid <pid-1>, parent pid <pid-2>"_s, u"parent pid <pid-2>"_s,
                              u"pid=<pid-1> parent=<pid-2> rapid 5 stupid pid"_s}));
    }

    void timesAreReplaced() {
        const QString rule = u"# rule: time\n"_s;
        QCOMPARE(normalise_by(rule, "took 12 ms, 0.25 s, at 01:02:03.004\n3 mice, 4 seconds\n"),
                 QStringList({u"took <time>, <time>, at <time>"_s, u"3 mice, 4 seconds"_s}));
    }

    void neighbouringLinesAreSortedByTheirKey() {
        const QString rule = u"# rule: sort ^child (\\d+)\n"_s;
        QCOMPARE(
            normalise_by(rule, "child 10 x\nchild 2 y\nchild 10 a\nparent\nchild 3\nchild 1\n"),
            QStringList({u"child 2 y"_s, u"child 10 x"_s, u"child 10 a"_s, u"parent"_s, u"child 1"_s, u"child 3"_s}));
    }

    void aLineThatDoesNotMatchIsNeverMoved() {
        const QString rule = u"# rule: sort ^child\n"_s;
        QCOMPARE(normalise_by(rule, "parent\nchild b\nend\nchild a\n"),
                 QStringList({u"parent"_s, u"child b"_s, u"end"_s, u"child a"_s}));
    }

    void theEndingStaysLast() {
        const Rules rules = parse_expectation(u"# rule: sort .\n---\n"_s).rules;
        QCOMPARE(normalised("b\na\n", ending, rules), QStringList({u"a"_s, u"b"_s, ending}));
    }

    void sortingDoesNotDependOnPids() {
        const QString rules = u"# rule: pid\n# rule: sort ^pid\n"_s;
        QCOMPARE(normalise_by(rules, "pid 9 is b\npid 80 is a\n"), normalise_by(rules, "pid 80 is a\npid 9 is b\n"));
        QCOMPARE(normalise_by(rules, "pid 9 is b\npid 80 is a\n"),
                 QStringList({u"pid <pid-1> is a"_s, u"pid <pid-2> is b"_s}));
    }

    void theHeaderIsCheckedLineByLine() {
        QVERIFY_THROWS_EXCEPTION(std::runtime_error, parse_expectation(u"one\n---\n"_s));
        QVERIFY_THROWS_EXCEPTION(std::runtime_error, parse_expectation(u"# rule: shuffle\n---\n"_s));
        QVERIFY_THROWS_EXCEPTION(std::runtime_error, parse_expectation(u"# rule: sort (\n---\n"_s));
        QVERIFY_THROWS_EXCEPTION(std::runtime_error, parse_expectation(u"# rule: pid\n"_s));
        QCOMPARE(parse_expectation(u"# a comment\n# rule: pid\n---\none\ntwo\n"_s).lines,
                 QStringList({u"one"_s, u"two"_s}));
    }

    void equalTranscriptsHaveNoDifference() {
        const QList<DiffLine> diff = compare_lines({u"a"_s, u"b"_s}, {u"a"_s, u"b"_s});
        QVERIFY(identical(diff));
        QCOMPARE(short_diff(diff), QString());
    }

    void everyDifferenceIsFound_data() {
        QTest::addColumn<QStringList>("expected");
        QTest::addColumn<QStringList>("got");
        QTest::addRow("missing") << QStringList{u"a"_s, u"b"_s} << QStringList{u"a"_s};
        QTest::addRow("added") << QStringList{u"a"_s} << QStringList{u"a"_s, u"a"_s};
        QTest::addRow("other") << QStringList{u"a"_s} << QStringList{u"A"_s};
        QTest::addRow("order") << QStringList{u"a"_s, u"b"_s} << QStringList{u"b"_s, u"a"_s};
        QTest::addRow("nothing") << QStringList{u"a"_s} << QStringList{};
    }

    void everyDifferenceIsFound() {
        QFETCH(QStringList, expected);
        QFETCH(QStringList, got);
        QVERIFY(!identical(compare_lines(expected, got)));
    }

    void aChangedLineIsMissingAndAdded() {
        const QList<DiffLine> diff = compare_lines({u"a"_s, u"b"_s, u"c"_s}, {u"a"_s, u"B"_s, u"c"_s});
        const QList<DiffLine> wanted{
            {Kind::same, u"a"_s}, {Kind::missing, u"b"_s}, {Kind::added, u"B"_s}, {Kind::same, u"c"_s}};
        QVERIFY(diff == wanted);
    }

    void theShortDiffShowsOnlyTheNeighbourhood() {
        const QStringList expected{u"1"_s, u"2"_s, u"3"_s, u"4"_s, u"5"_s};
        QStringList got = expected;
        got[3] = u"four"_s;
        QCOMPARE(short_diff(compare_lines(expected, got)), u"    (2 equal)\n    3\n  - 4\n  + four\n    5\n"_s);
    }

    void theShortDiffIsCut() {
        const QString text = short_diff(compare_lines(QStringList(100, u"a"_s), QStringList()));
        QVERIFY(text.count(u'\n') < 20);
        QVERIFY(text.contains(u"more"));
    }

    void theParagraphIsTheCommentAtTheTop() {
        QCOMPARE(leading_comment(u"// One\n// two.\n//\n// Three.\n\n// not this\n"_s), u"One\ntwo.\n\nThree."_s);
        QCOMPARE(leading_comment(u"#include <x>\n"_s), QString());
    }
};

QTEST_APPLESS_MAIN(TestTranscripts)
#include "transcripts.moc"
