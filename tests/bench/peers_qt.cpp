/// \file
/// Qt as a peer: peers_qt JOB WAY TIMES prints the seconds of each repetition.
///
/// start PROGRAM    QProcess starts the program with end_word and waits until it has finished
/// pipe SIZE        a round trip of SIZE bytes over a QLocalSocket to another process

#include "job.hpp"
#include "measure.hpp"

#include <QCoreApplication>
#include <QLocalServer>
#include <QLocalSocket>
#include <QProcess>

#include <cstdio>
#include <cstdlib>

namespace {

constexpr int patience = 30'000;  // milliseconds

void check(bool worked, const char* what) {
    if (!worked) {
        std::fprintf(stderr, "%s failed\n", what);
        std::exit(1);
    }
}

bench::Samples start(const QString& program, int times) {
    const QString word = QString::fromLatin1(bench::end_word.data(), bench::end_word.size());
    return bench::repeat(times, [&] {
        QProcess process;
        process.start(program, {word});
        check(process.waitForFinished(patience) && process.exitCode() == 0, "QProcess");
    });
}

QByteArray read_exactly(QLocalSocket& socket, qint64 size) {
    while (socket.bytesAvailable() < size) {
        if (!socket.waitForReadyRead(patience)) {
            return {};
        }
    }
    return socket.read(size);
}

int echo(const QString& name, qint64 size) {
    QLocalSocket socket;
    socket.connectToServer(name);
    check(socket.waitForConnected(patience), "QLocalSocket::connectToServer");
    for (;;) {
        const QByteArray message = read_exactly(socket, size);
        if (message.isEmpty()) {
            return 0;
        }
        socket.write(message);
        socket.waitForBytesWritten(patience);
    }
}

bench::Samples pipe(const QString& size, int times) {
    QLocalServer server;
    check(server.listen(QStringLiteral("spork-bench-%1").arg(QCoreApplication::applicationPid())),
          "QLocalServer::listen");
    QProcess child;
    child.start(QCoreApplication::applicationFilePath(), {QStringLiteral("echo"), server.fullServerName(), size});
    check(server.waitForNewConnection(patience), "QLocalServer::waitForNewConnection");
    QLocalSocket* const socket = server.nextPendingConnection();
    const QByteArray message(size.toInt(), 'x');
    bench::Samples samples = bench::repeat(times, [&] {
        socket->write(message);
        socket->waitForBytesWritten(patience);
        check(read_exactly(*socket, message.size()) == message, "the echo over a QLocalSocket");
    });
    socket->abort();
    child.waitForFinished(patience);
    return samples;
}

}  // namespace

int main(int argc, char** argv) {
    QCoreApplication application(argc, argv);
    const QStringList words = QCoreApplication::arguments();
    check(words.size() == 4, "reading JOB WAY TIMES");
    if (words[1] == QLatin1String("echo")) {
        return echo(words[2], words[3].toLongLong());
    }
    const int times = words[3].toInt();
    for (double seconds : words[1] == QLatin1String("start") ? start(words[2], times) : pipe(words[2], times)) {
        std::printf("%.9f\n", seconds);
    }
}
