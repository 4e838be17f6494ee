#include <spork/qt_transfer.hpp>

#include <string>

namespace spork::detail {

void prepare_stream(QDataStream& stream) {
    stream.setVersion(QDataStream::Qt_DefaultCompiledVersion);
}

void check_stream(const QDataStream& stream, std::string_view type, bool writing) {
    if (stream.status() != QDataStream::Ok) {
        throw TransferError("QDataStream cannot " + std::string(writing ? "write" : "read") + " a value of type " +
                            std::string(type) + " (status " + std::to_string(stream.status()) + ")");
    }
    if (!writing && !stream.atEnd()) {
        throw TransferError("a message holds more bytes than its value of type " + std::string(type));
    }
}

}  // namespace spork::detail
