// Bytes in the socket that no sender of ours would write.

#include "seam_test.hpp"

#include "frame.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

using namespace spork::platform;
using seam::within;
using support::limit;

namespace {

int number(const Handle& handle) {
    return static_cast<int>(handle.get());
}

bool is_stream(const Handle& socket) {
    int type = 0;
    socklen_t size = sizeof type;
    return ::getsockopt(number(socket), SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_STREAM;
}

/// Writes a frame as it is, with descriptors; on a stream, where all frames have one size, filled up to it.
void write_frame(const Handle& socket, const FrameHeader& header, const std::string& payload,
                 const std::vector<int>& descriptors = {}) {
    std::string bytes(sizeof header, '\0');
    std::memcpy(bytes.data(), &header, sizeof header);
    bytes += payload;
    if (is_stream(socket)) {
        bytes.resize(std::max(bytes.size(), stream_frame_size));
    }
    iovec part{bytes.data(), bytes.size()};
    std::vector<char> control(CMSG_SPACE(descriptors.size() * sizeof(int)));
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (!descriptors.empty()) {
        message.msg_control = control.data();
        message.msg_controllen = control.size();
        cmsghdr* const rights = CMSG_FIRSTHDR(&message);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(descriptors.size() * sizeof(int));
        std::memcpy(CMSG_DATA(rights), descriptors.data(), descriptors.size() * sizeof(int));
    }
    QCOMPARE(sendmsg(number(socket), &message, 0), static_cast<ssize_t>(bytes.size()));
}

/// A file of this length, all of it a hole when `blocks` is false.
Handle segment_of(off_t size, bool blocks) {
    Handle segment(memfd_create("test", MFD_CLOEXEC));
    if (ftruncate(number(segment), size) != 0 || (blocks && posix_fallocate(number(segment), 0, size) != 0)) {
        qFatal("cannot make a segment");
    }
    return segment;
}

class TestHostileFrames : public support::LeakTest {
    Q_OBJECT

    static std::error_code receive(const Handle& channel) {
        Message message;
        const auto error = channel_receive(channel.get(), message, within(limit));
        if (error && !message.handles.empty()) {
            qFatal("handles of a refused message were kept");
        }
        return error;
    }

private slots:
    void frameThatCannotBeTrue_data() {
        QTest::addColumn<quint32>("magic");
        QTest::addColumn<quint32>("handles");
        QTest::addColumn<quint64>("size");
        QTest::addColumn<int>("payload");
        QTest::addColumn<int>("descriptors");
        const quint32 in_line = FrameHeader::inline_magic;
        const quint32 segment = FrameHeader::segment_magic;
        QTest::newRow("wrong magic") << 0x12345678u << 0u << quint64(4) << 4 << 0;
        QTest::newRow("zeros") << 0u << 0u << quint64(0) << 0 << 0;
        QTest::newRow("fewer descriptors than said") << in_line << 2u << quint64(4) << 4 << 1;
        QTest::newRow("more descriptors than said") << in_line << 0u << quint64(4) << 4 << 3;
        QTest::newRow("huge count of handles") << in_line << 0xffffffffu << quint64(4) << 4 << 0;
        QTest::newRow("huge size") << in_line << 0u << ~quint64(0) << 4 << 0;
        QTest::newRow("size above the limit") << in_line << 0u << quint64(1 << 20) << 4 << 0;
        QTest::newRow("segment without descriptor") << segment << 0u << quint64(100) << 0 << 0;
        QTest::newRow("segment count that wraps") << segment << 0xffffffffu << quint64(100) << 0 << 0;
        QTest::newRow("segment that is no file") << segment << 0u << quint64(100) << 0 << 1;
        QTest::newRow("more handles than allowed") << segment << 201u << quint64(100) << 0 << 202;
    }
    void frameThatCannotBeTrue() {
        QFETCH(quint32, magic);
        QFETCH(quint32, handles);
        QFETCH(quint64, size);
        QFETCH(int, payload);
        QFETCH(int, descriptors);
        const auto pair = make_channel(true);
        const std::vector<int> attached(static_cast<std::size_t>(descriptors), number(pair->first));
        write_frame(pair->second, {magic, handles, size}, std::string(static_cast<std::size_t>(payload), 'x'),
                    attached);
        const auto error = receive(pair->first);
        QVERIFY2(error == std::errc::bad_message, error.message().c_str());
    }

    void segmentSmallerThanSaid_data() {
        QTest::addColumn<qint64>("length");
        QTest::addColumn<bool>("blocks");
        QTest::addColumn<quint64>("size");
        QTest::newRow("too short") << qint64(100) << true << quint64(10'000);
        QTest::newRow("empty") << qint64(0) << false << quint64(1);
        QTest::newRow("terabyte in an empty file") << qint64(0) << false << (quint64(1) << 40);
        QTest::newRow("more than memory can be") << qint64(4096) << true << (~quint64(0) - 8);
    }
    void segmentSmallerThanSaid() {
        QFETCH(qint64, length);
        QFETCH(bool, blocks);
        QFETCH(quint64, size);
        const auto pair = make_channel(true);
        const Handle segment = segment_of(length, blocks);
        write_frame(pair->second, {FrameHeader::segment_magic, 0, size}, "", {number(segment)});
        const auto error = receive(pair->first);
        QVERIFY2(error == std::errc::bad_message, error.message().c_str());
    }

    void terabyteOfHolesTakesNoMemory() {
        const auto pair = make_channel(true);
        const Handle segment = segment_of(off_t{1} << 40, false);
        write_frame(pair->second, {FrameHeader::segment_magic, 0, std::uint64_t{1} << 40}, "", {number(segment)});
        const auto error = receive(pair->first);
        QVERIFY2(error == std::errc::bad_message || error == std::errc::not_enough_memory, error.message().c_str());
    }

    void beginningOfAHeader() {
        auto pair = make_channel(true);
        QCOMPARE(send(number(pair->second), "spk", 3, 0), ssize_t(3));
        pair->second.reset();
        const auto error = receive(pair->first);
        QVERIFY2(error == std::errc::bad_message, error.message().c_str());
    }

    void beginningOfAPayload() {
        auto pair = make_channel(true);
        const FrameHeader header{FrameHeader::inline_magic, 0, 4};
        std::string bytes(reinterpret_cast<const char*>(&header), sizeof header);
        bytes += "abc";
        QCOMPARE(send(number(pair->second), bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
        pair->second.reset();
        const auto error = receive(pair->first);
        QVERIFY2(error == std::errc::bad_message, error.message().c_str());
    }

    void descriptorsThatFindNoRoomAreAnErrorThatSaysSo() {
        auto pair = make_channel(true);
        std::vector<int> attached(50, number(pair->first));
        write_frame(pair->second, {FrameHeader::inline_magic, 50, 4}, "full", attached);
        rlimit before{};
        getrlimit(RLIMIT_NOFILE, &before);
        rlimit small = before;
        // The next free number is close to the highest in use.
        small.rlim_cur = static_cast<rlim_t>(fcntl(number(pair->first), F_DUPFD_CLOEXEC, 0));
        close(static_cast<int>(small.rlim_cur));
        small.rlim_cur += 10;
        setrlimit(RLIMIT_NOFILE, &small);
        Message message;
        const auto error = channel_receive(pair->first.get(), message, within(limit));
        setrlimit(RLIMIT_NOFILE, &before);
        QVERIFY2(error == std::errc::too_many_files_open, error.message().c_str());
    }
};

const support::TestClass<TestHostileFrames> registered;

}  // namespace

#include "hostile_frames.moc"
