#include "queue_object.hpp"

#include "obituary.hpp"
#include "owned_handle.hpp"

#include "platform/channel.hpp"
#include "platform/process_tag.hpp"

#include <spork/error.hpp>
#include <spork/transferable.hpp>

#include <utility>
#include <vector>

namespace spork::detail {

namespace {

/// Where chunks begin: on a page of their own, so that their memory can be given back.
constexpr std::size_t chunks_at = (sizeof(ObjectHeader) + sizeof(QueueState) + 4095) / 4096 * 4096;

/// How much a queue can hold at once. Only address space until it is used, and page tables: on Windows 32 MiB of them.
constexpr std::size_t reserve = std::size_t{16} << 30;

constexpr const char* name = "a Queue";

/// A handle on its way to another process, which may put and get there once it has it.
class QueueLoan final : public Loan {
public:
    QueueLoan(std::shared_ptr<QueueObject> queue, std::uint64_t ticket) noexcept
        : queue_(std::move(queue)), ticket_(ticket) {}
    ~QueueLoan() override {
        if (queue_) {
            queue_->keeper().take_back(ticket_);
        }
    }

    void handed_over(std::uint32_t receiver) noexcept override {
        if (receiver != 0) {
            queue_->keeper().hand_over(ticket_, packed(platform::tag_of_process(receiver)));
        }
        queue_.reset();
    }

private:
    std::shared_ptr<QueueObject> queue_;
    std::uint64_t ticket_;
};

}  // namespace

std::shared_ptr<QueueObject> QueueObject::create(std::uint64_t type, QueueLimits limits, bool joinable, bool handles) {
    auto object = SharedObject::create(type, LockKind::none, sizeof(QueueState), name, reserve);
    auto queue = std::make_shared<QueueObject>(std::move(object), handles ? HandleLane::make() : HandleLane(), 0);
    QueueState& state = queue->state();
    state.most = limits.items;
    state.most_bytes = limits.bytes;
    state.joinable = joinable ? 1 : 0;
    return queue;
}

QueueObject::QueueObject(std::shared_ptr<SharedObject> object, HandleLane lane, std::uint64_t ticket)
    : object_(std::move(object)),
      ring_(state(), object_->mapping(), chunks_at, std::move(lane)),
      user_(&keeper().enter(ticket)) {}

QueueObject::~QueueObject() {
    QueueUser* const user = user_;
    if (QueueUsers::is_own(user)) {
        keeper().leave(*user);
        if (platform::unread_handles_stay() && ring_.lane() && is_abandoned()) {
            ring_.lane().clear();
        }
    }
}

/// No process that lives has the queue, nor is it on its way to one: what is in it is lost.
bool QueueObject::is_abandoned() {
    QueueKeeper keeper = this->keeper();
    const std::lock_guard hold(keeper);
    Obituary obituary;
    bool used = false;
    state().users.each([&](const QueueUser& user) { used = used || !obituary.has_ended(user.owner); });
    return !used;
}

QueueUser& QueueObject::enter() {
    const std::lock_guard hold(mutex_);
    QueueUser* user = user_;
    if (!QueueUsers::is_own(user)) {
        user = &keeper().enter(0);
        user_ = user;
    }
    return *user;
}

QueueKeeper::End QueueObject::put(Writer& writer, bool block, SleepLimit& limit) {
    const auto handles = writer.handles().empty() ? std::vector<platform::Attachment>() : attachments_of(writer);
    const PutMessage message{writer.bytes(), writer.rest(), handles};
    const QueueKeeper::End end = keeper().put(message, user_who(QueueUser::puts), block, limit);
    if (end == QueueKeeper::End::done) {
        writer.handed_over();
    }
    return end;
}

void QueueObject::save(Writer& writer) {
    if (object_->handle()->closed()) {
        throw TransferError("cannot pass on a Queue that this forked process was not given");
    }
    const std::uint64_t ticket = keeper().lend();
    writer.lend(std::make_unique<QueueLoan>(shared_from_this(), ticket));
    const HandleLane& lane = ring_.lane();
    writer(ticket, static_cast<bool>(lane));
    writer.attach(object_->handle());
    if (lane) {
        writer.attach(lane.receiver());
        writer.attach(lane.sender());
    }
}

std::shared_ptr<QueueObject> QueueObject::load(Reader& reader, std::uint64_t type) {
    const auto ticket = reader.read<std::uint64_t>();
    const bool with_lane = reader.read<bool>();
    auto object = SharedObject::attach(reader.take_handle(), sizeof(QueueState), name);
    if (object->header().type != type) {
        throw TransferError(
            "a message is corrupt: it should hold a Queue, and holds another object, or one of other items");
    }
    HandleLane lane;
    if (with_lane) {
        auto receiver = reader.take_handle();
        lane = HandleLane(std::move(receiver), reader.take_handle());
    }
    return std::make_shared<QueueObject>(std::move(object), std::move(lane), ticket);
}

}  // namespace spork::detail
