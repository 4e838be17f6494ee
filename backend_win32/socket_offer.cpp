#include "socket_offer.hpp"

#include "error.hpp"
#include "overlapped.hpp"
#include "socket_handle.hpp"

#include <chrono>
#include <utility>

namespace spork::platform::win32 {

SocketOffer::SocketOffer(const PipeKey& key, Handle pipe, Handle socket, Handle event) noexcept
    : key_(key), pipe_(std::move(pipe)), socket_(std::move(socket)), event_(std::move(event)) {}

SocketOffer::~SocketOffer() {
    if (wait_ != nullptr) {
        CloseThreadpoolWait(wait_);
    }
}

Result<std::shared_ptr<SocketOffer>> SocketOffer::make(RawHandle socket) {
    const Result<RawHandle> copy = duplicate_socket(socket);
    if (!copy) {
        return copy.error();
    }
    Handle kept(*copy, HandleKind::socket);
    const Result<PipeKey> key = random_pipe_key();
    if (!key) {
        return key.error();
    }
    Result<Handle> pipe = create_pipe_server(*key, PIPE_ACCESS_DUPLEX, sizeof(SocketTicket));
    if (!pipe) {
        return pipe.error();
    }
    Handle event(raw(CreateEventW(nullptr, TRUE, FALSE, nullptr)));
    if (!event) {
        return last_error();
    }
    auto offer = std::make_shared<SocketOffer>(*key, std::move(*pipe), std::move(kept), std::move(event));
    if (const std::error_code error = offer->open()) {
        return error;
    }
    return offer;
}

std::error_code SocketOffer::open() noexcept {
    wait_ = CreateThreadpoolWait(&SocketOffer::on_event, this, nullptr);
    if (wait_ == nullptr) {
        return last_error();
    }
    overlapped_.hEvent = native(event_.get());
    if (!ConnectNamedPipe(native(pipe_.get()), &overlapped_) && GetLastError() != ERROR_IO_PENDING) {
        return last_error();
    }
    self_ = shared_from_this();
    arm();
    return {};
}

void SocketOffer::arm() noexcept {
    SetThreadpoolWait(wait_, native(event_.get()), nullptr);
}

void SocketOffer::withdraw() noexcept {
    // The pending call ends as aborted, and on_event cleans up as after any other failure.
    // An offer that is done has none, whatever its pipe's value means by then.
    CancelIoEx(native(pipe_.get()), &overlapped_);
}

void CALLBACK SocketOffer::on_event(PTP_CALLBACK_INSTANCE, void* offer, PTP_WAIT, TP_WAIT_RESULT) noexcept {
    static_cast<SocketOffer*>(offer)->advance();
}

void SocketOffer::advance() noexcept {
    DWORD bytes = 0;
    const BOOL connected = GetOverlappedResult(native(pipe_.get()), &overlapped_, &bytes, TRUE);
    if (step_ == Step::awaiting_client && connected && answer()) {
        // Our copy has to live until the receiver has opened its own; it says so by closing its end of the pipe.
        step_ = Step::awaiting_receipt;
        const BOOL ended =
            ReadFile(native(pipe_.get()), receipt_.data(), static_cast<DWORD>(receipt_.size()), nullptr, &overlapped_);
        if (!ended && GetLastError() == ERROR_IO_PENDING) {
            arm();
            return;
        }
    }
    // The last owner is this call: what closes below is the offer itself.
    const std::shared_ptr<SocketOffer> last = std::move(self_);
    last->pipe_.reset();
    last->socket_.reset();
}

bool SocketOffer::answer() noexcept {
    ULONG receiver = 0;
    if (!GetNamedPipeClientProcessId(native(pipe_.get()), &receiver)) {
        return false;
    }
    const Result<SocketTicket> ticket = issue_socket_ticket(socket_.get(), receiver);
    if (!ticket) {
        return false;
    }
    // The pipe is as large as a ticket, so that this never waits for the receiver to read.
    Operation write(native(pipe_.get()));
    write.start([&](OVERLAPPED* overlapped) {
        return WriteFile(native(pipe_.get()), &*ticket, sizeof *ticket, nullptr, overlapped);
    });
    const Completion completion = write.wait({});
    return !completion.cut_short && completion.error == ERROR_SUCCESS;
}

Result<Handle> accept_socket_offer(const PipeKey& key, RawHandle stop) noexcept {
    // A living sender answers at once, from its thread pool. The limit is for one that is stopped in a debugger.
    const Patience patience{std::chrono::steady_clock::now() + std::chrono::seconds(30), stop};
    const Result<Handle> pipe = open_pipe_client(key, GENERIC_READ | GENERIC_WRITE);
    if (!pipe) {
        return pipe.error() == std::errc::no_such_file_or_directory ? std::make_error_code(std::errc::owner_dead)
                                                                    : pipe.error();
    }
    SocketTicket ticket;
    Operation read(native(pipe->get()));
    read.start([&](OVERLAPPED* overlapped) {
        return ReadFile(native(pipe->get()), &ticket, sizeof ticket, nullptr, overlapped);
    });
    const Completion completion = read.wait(patience);
    if (completion.cut_short) {
        return completion.cut_short;
    }
    if (means_gone(completion.error)) {
        return std::make_error_code(std::errc::owner_dead);
    }
    if (completion.error != ERROR_SUCCESS || completion.bytes != sizeof ticket) {
        return std::make_error_code(std::errc::bad_message);
    }
    const Result<RawHandle> socket = open_socket_ticket(ticket);
    if (!socket) {
        return socket.error();
    }
    return Handle(*socket, HandleKind::socket);
}

}  // namespace spork::platform::win32
