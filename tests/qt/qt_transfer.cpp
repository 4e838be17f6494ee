// Qt's types as arguments and messages.

#include "support/targets.hpp"
#include "support/test_case.hpp"

#include <spork/qt.hpp>
#include <spork/spork.hpp>

#include <QDateTime>
#include <QRect>
#include <QStringList>
#include <QUrl>
#include <QVariant>

#include <string>
#include <thread>
#include <vector>

using spork::Connection;
using spork::StartMethod;
using support::ChildGuard;
using support::limit;

namespace {

/// An aggregate of both worlds.
struct Order {
    int number = 0;
    QString customer;
    std::vector<QDate> dates;
    QVariantMap details;
};

/// Streams itself, and could be taken for an aggregate.
struct Streamed {
    int value = 0;
};

QDataStream& operator<<(QDataStream& stream, const Streamed& streamed) {
    return stream << streamed.value + 1;
}

QDataStream& operator>>(QDataStream& stream, Streamed& streamed) {
    return stream >> streamed.value;
}

static_assert(spork::Transferable<QString> && spork::Transferable<QVariant> && spork::Transferable<QVariantMap>);
static_assert(spork::Transferable<QList<QByteArray>> && spork::Transferable<QDateTime> && spork::Transferable<Order>);
static_assert(!spork::Transferable<QObject> && !spork::Transferable<QObject*>);

void answer(QString text, Order order, Connection there) {
    there.send(text + QStringLiteral("/") + order.customer + order.details.value("colour").toString());
    there.send(order.dates.back());
}

}  // namespace

class TestQtTransfer : public support::MethodTest {
    Q_OBJECT

private slots:
    void typesAreArguments() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        const Order order{7, "egon", {QDate(2020, 1, 2), QDate(2021, 3, 4)}, {{"colour", "blue"}}};
        ChildGuard child(method, answer, QStringLiteral("grüße"), order, there);
        QCOMPARE(here.recv<QString>(limit), QStringLiteral("grüße/egonblue"));
        QCOMPARE(here.recv<QDate>(limit), QDate(2021, 3, 4));
    }

    void typesKeepTheirValues() {
        auto [here, there] = spork::Pipe();
        const QVariant nested =
            QVariantMap{{"list", QVariantList{1, 2.5, "three"}}, {"url", QUrl("http://localhost/x")}};
        here.send(nested);
        QCOMPARE(there.recv<QVariant>(limit), nested);
        here.send(QRect(1, 2, 3, 4));
        QCOMPARE(there.recv<QRect>(limit), QRect(1, 2, 3, 4));
        here.send(QString());
        QVERIFY(there.recv<QString>(limit).isEmpty());
    }

    void largeValuesArriveWhole() {
        auto [here, there] = spork::Pipe();
        const QByteArray sent(1 << 20, 'x');
        std::thread sender([&here = here, &sent] { here.send(sent); });  // more than a pipe holds: it may wait for us
        const QByteArray received = there.recv<QByteArray>(limit);
        sender.join();
        QCOMPARE(received, sent);
    }

    void streamOperatorsComeBeforeFields() {
        auto [here, there] = spork::Pipe();
        here.send(Streamed{4});
        QCOMPARE(there.recv<Streamed>(limit).value, 5);
    }

    void otherTypeIsRefused() {
        auto [here, there] = spork::Pipe();
        here.send(QStringLiteral("text"));
        QVERIFY_THROWS_EXCEPTION(spork::TransferError, there.recv<std::string>(limit));
        here.send(std::string("text"));
        QVERIFY_THROWS_EXCEPTION(spork::TransferError, there.recv<QString>(limit));
    }

    void damagedBytesAreRefused() {
        spork::Writer writer;
        writer.write(QStringList{"one", "two"});
        const auto bytes = writer.bytes();
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            spork::Reader reader(bytes.first(size));
            QVERIFY_THROWS_EXCEPTION(spork::TransferError, reader.read<QStringList>());
        }
    }
};

namespace {
const support::TestClass<TestQtTransfer> registered;
}

#include "qt_transfer.moc"
