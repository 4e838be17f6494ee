// Connections, files and sockets on their way to other processes: as arguments, in messages, inside values.

#include "support/system.hpp"
#include "support/targets.hpp"
#include "support/tcp.hpp"
#include "support/test_case.hpp"

#include <spork/spork.hpp>

#include <QTemporaryDir>

#include <array>
#include <cctype>
#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

using spork::Connection;
using spork::FileHandle;
using spork::SocketHandle;
using spork::StartMethod;
using support::ChildGuard;
using support::limit;
using support::Word;
namespace fs = std::filesystem;

namespace demo {

struct Desk {
    std::string name;
    std::vector<Connection> drawers;
    std::map<std::string, std::optional<FileHandle>> files;
    SocketHandle telephone;
};

}  // namespace demo

namespace {

void write_into_received_file(Connection there, std::string text) {
    const auto file = there.recv<FileHandle>();
    file.write(text);
    there.send(Word::done);
}

void answer_over_received_connection(Connection there) {
    const auto connection = there.recv<Connection>();
    connection.send("over the one that came");
}

std::string doubled(const std::string& text) {
    return text + text;
}

void use_one_way_ends(Connection there) {
    there.recv<Connection>().send(std::string("all is well"));
    there.send(doubled(there.recv<Connection>().recv<std::string>()));
}

void answer_telephone(Connection there) {
    const auto socket = there.recv<SocketHandle>();
    std::string text = support::tcp_receive(socket);
    for (char& c : text) {
        c = static_cast<char>(std::toupper(c));
    }
    support::tcp_send(socket, text);
}

void use_desk(Connection there) {
    const auto desk = there.recv<demo::Desk>();
    int number = 0;
    for (const Connection& drawer : desk.drawers) {
        drawer.send(desk.name + std::to_string(number++));
    }
    for (const auto& [name, file] : desk.files) {
        if (file) {
            file->write(name);
        }
    }
    support::tcp_send(desk.telephone, "ring");
    there.send(Word::done);
}

void write_into_argument(FileHandle file, std::string text) {
    file.write(text);
}

void append_lines(FileHandle file, std::string word) {
    for (int i = 0; i < 200; ++i) {
        file.write(word + "\n");
    }
}

std::string content(const fs::path& path) {
    return FileHandle::read(path).read_all();
}

class TestHandlePassing : public support::MethodTest {
    Q_OBJECT

    QTemporaryDir folder_;

    fs::path file_name(const char* name) { return fs::path(folder_.path().toStdString()) / name; }

private slots:
    void fileInAMessage() {
        QFETCH_GLOBAL(StartMethod, method);
        const fs::path path = file_name("message.txt");
        auto [here, there] = spork::Pipe();
        ChildGuard child(method, write_into_received_file, there, "foo");
        {
            const FileHandle file = FileHandle::truncate(path);
            here.send(file);
        }
        QCOMPARE(here.recv<Word>(limit), Word::done);
        QCOMPARE(content(path), std::string("foo"));
    }

    void fileAsAnArgument() {
        QFETCH_GLOBAL(StartMethod, method);
        const fs::path path = file_name("argument.txt");
        FileHandle file = FileHandle::truncate(path);
        file.write("parent ");
        ChildGuard child(method, write_into_argument, file, "child ");
        QCOMPARE(child.exitcode(), std::optional(0));
        file.write("parent");
        file.close();
        QVERIFY(!file);
        QCOMPARE(content(path), std::string("parent child parent"));  // one file, one position
    }

    void appendedLinesOfSeveralProcessesStayWhole() {
        QFETCH_GLOBAL(StartMethod, method);
        const fs::path path = file_name("append.txt");
        fs::remove(path);
        {
            ChildGuard first(method, append_lines, FileHandle::append(path), std::string(50, 'a'));
            if (!support::appends_in_one_step()) {
                QVERIFY(first.exitcode());
            }
            ChildGuard second(method, append_lines, FileHandle::append(path), std::string(70, 'b'));
            QCOMPARE(first.exitcode(), std::optional(0));
            QCOMPARE(second.exitcode(), std::optional(0));
        }
        const std::string all = content(path);
        QCOMPARE(all.size(), std::size_t(200 * 51 + 200 * 71));
        std::size_t position = 0;
        while (position < all.size()) {
            const std::string expected = (all[position] == 'a' ? std::string(50, 'a') : std::string(70, 'b')) + "\n";
            QCOMPARE(all.substr(position, expected.size()), expected);
            position += expected.size();
        }
    }

    void connectionInAMessage() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        auto [mine, theirs] = spork::Pipe();
        ChildGuard child(method, answer_over_received_connection, there);
        here.send(theirs);
        theirs.close();
        QCOMPARE(mine.recv<std::string>(limit), std::string("over the one that came"));
        QVERIFY_THROWS_EXCEPTION(spork::EofError, mine.recv<std::string>(limit));
    }

    void oneWayEndsKeepTheirDirection() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        ChildGuard child(method, use_one_way_ends, there);
        auto [reader, child_writer] = spork::Pipe(false);
        here.send(child_writer);
        child_writer.close();
        QCOMPARE(reader.recv<std::string>(limit), std::string("all is well"));
        auto [child_reader, writer] = spork::Pipe(false);
        here.send(child_reader);
        child_reader.close();
        writer.send("foobar");
        QCOMPARE(here.recv<std::string>(limit), std::string("foobarfoobar"));
    }

    void directionsArriveInOneProcess() {
        auto [a, b] = spork::Pipe();
        auto [reader, writer] = spork::Pipe(false);
        a.send(reader);
        a.send(writer);
        const auto got_reader = b.recv<Connection>(limit);
        const auto got_writer = b.recv<Connection>(limit);
        QVERIFY(got_reader.readable() && !got_reader.writable());
        QVERIFY(!got_writer.readable() && got_writer.writable());
        QVERIFY(!(got_reader == reader));  // an end of its own
        writer.send(1);
        got_writer.send(2);
        QCOMPARE(got_reader.recv<int>(limit), 1);
        QCOMPARE(reader.recv<int>(limit), 2);
    }

    void emptyHandlesArriveEmpty() {
        auto [a, b] = spork::Pipe();
        a.send(demo::Desk{"empty", {Connection()}, {{"none", FileHandle()}}, {}});
        const auto desk = b.recv<demo::Desk>(limit);
        QVERIFY(desk.drawers.at(0).closed());
        QVERIFY(!*desk.files.at("none"));
        QVERIFY(!desk.telephone);
    }

    void messageThatNobodyReadsClosesItsHandles() {
        auto [mine, theirs] = spork::Pipe();
        {
            auto [a, b] = spork::Pipe();
            a.send(theirs);
            theirs.close();
            QVERIFY(!mine.poll());
        }
        QVERIFY_THROWS_EXCEPTION(spork::EofError, mine.recv<int>(limit));
    }

    void messageOfAnotherTypeClosesItsHandles() {
        auto [a, b] = spork::Pipe();
        auto [mine, theirs] = spork::Pipe();
        a.send(theirs);
        theirs.close();
        QVERIFY_THROWS_EXCEPTION(spork::TransferError, b.recv<FileHandle>(limit));
        QVERIFY_THROWS_EXCEPTION(spork::EofError, mine.recv<int>(limit));
    }

    void socketInAMessage() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        auto [mine, theirs] = support::tcp_pair();
        ChildGuard child(method, answer_telephone, there);
        here.send(theirs);
        theirs.close();
        support::tcp_send(mine, "hello");
        QCOMPARE(support::tcp_receive_all(mine), std::string("HELLO"));
        QCOMPARE(child.exitcode(), std::optional(0));
    }

    void socketAsAnArgument() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [mine, theirs] = support::tcp_pair();
        ChildGuard child(
            method, [](SocketHandle socket) { support::tcp_send(socket, "from the child"); }, theirs);
        theirs.close();
        QCOMPARE(support::tcp_receive_all(mine), std::string("from the child"));
    }

    void handlesInsideValues() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        ChildGuard child(method, use_desk, there);
        auto [a, a_theirs] = spork::Pipe();
        auto [b, b_theirs] = spork::Pipe();
        auto [line, line_theirs] = support::tcp_pair();
        const fs::path red = file_name("red.txt");
        const fs::path blue = file_name("blue.txt");
        here.send(demo::Desk{
            "desk ",
            {a_theirs, b_theirs, a_theirs},
            {{"blue", FileHandle::truncate(blue)}, {"none", std::nullopt}, {"red", FileHandle::truncate(red)}},
            line_theirs});
        QCOMPARE(here.recv<Word>(limit), Word::done);
        QCOMPARE(a.recv<std::string>(limit), std::string("desk 0"));
        QCOMPARE(b.recv<std::string>(limit), std::string("desk 1"));
        QCOMPARE(a.recv<std::string>(limit), std::string("desk 2"));
        QCOMPARE(content(red), std::string("red"));
        QCOMPARE(content(blue), std::string("blue"));
        QCOMPARE(support::tcp_receive(line), std::string("ring"));
    }

    void manyHandlesInOneMessage() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        ChildGuard child(
            method,
            [](Connection c) {
                int number = 0;
                for (const Connection& connection : c.recv<std::vector<Connection>>()) {
                    connection.send(number++);
                }
            },
            there);
        std::vector<Connection> mine;
        std::vector<Connection> theirs;
        for (int i = 0; i < 60; ++i) {
            auto [a, b] = spork::Pipe();
            mine.push_back(a);
            theirs.push_back(b);
        }
        here.send(theirs);
        for (int i = 0; i < 60; ++i) {
            QCOMPARE(mine[static_cast<std::size_t>(i)].recv<int>(limit), i);
        }
        QCOMPARE(child.exitcode(), std::optional(0));
    }

    void childHasOnlyWhatWasPassed() {
        QFETCH_GLOBAL(StartMethod, method);
        if (method == StartMethod::fork) {
            return;  // a plain copy, as in CPython: it has what its parent had
        }
        auto [mine, other] = support::tcp_pair();
        auto [here, there] = spork::Pipe();
        ChildGuard child(
            method, [](Connection c, spork::native_handle_type number) { c.send(support::is_open_socket(number)); },
            there, mine.native());
        QVERIFY(support::is_open_socket(mine.native()));
        QCOMPARE(here.recv<bool>(limit), false);
    }

    void filesReadAndWrite() {
        const fs::path path = file_name("plain.txt");
        FileHandle::truncate(path).write("first\n");
        FileHandle::append(path).write("second\n");
        QCOMPARE(content(path), std::string("first\nsecond\n"));
        const FileHandle reader = FileHandle::read(path);
        std::array<std::byte, 5> buffer;
        QCOMPARE(reader.read_some(buffer), std::size_t(5));
        QCOMPARE(std::string(reinterpret_cast<const char*>(buffer.data()), 5), std::string("first"));
        FileHandle::truncate(path);
        QCOMPARE(content(path), std::string());
        std::string reason;
        try {
            FileHandle::read(file_name("missing"));
        } catch (const std::system_error& error) {
            QVERIFY(error.code() == std::errc::no_such_file_or_directory);
            reason = error.what();
        }
        QVERIFY2(reason.find("missing") != std::string::npos, reason.c_str());
        FileHandle closed = FileHandle::read(path);
        FileHandle copy = closed;
        closed.close();
        closed.close();
        QVERIFY(!copy);
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, copy.native());
        auto [a, b] = spork::Pipe();
        QVERIFY_THROWS_EXCEPTION(std::exception, a.send(copy));
    }

    void duplicatesAndReleases() {
        const fs::path path = file_name("duplicate.txt");
        FileHandle file = FileHandle::truncate(path);
        FileHandle second = FileHandle::duplicate_of(file.native());
        QVERIFY(second.native() != file.native());
        FileHandle third(file.release());
        QVERIFY(!file);
        third.write("third ");
        third.close();
        second.write("second");
        QCOMPARE(content(path), std::string("third second"));
    }
};

const support::TestClass<TestHandlePassing> registered;

}  // namespace

#include "handle_passing.moc"
