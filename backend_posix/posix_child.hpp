#pragma once

/// \file
/// A child as its parent holds it, made by each launcher in the end.

#include "platform/launcher.hpp"

#include <memory>

namespace spork::platform {

/// What the parent keeps of a started child.
struct ChildHandles {
    ProcessId id = 0;
    Handle sentinel;    ///< Linux: pidfd; elsewhere: a pipe whose other end only the child holds, or the status to come
    Handle control;
    Handle lifeline;
    bool own_group = false;
    bool relayed = false;  ///< a fork server sends the status over the sentinel
    std::shared_ptr<void> server;  ///< that server: stays until the status is here
};

/// What all kinds of children share. A child that is let go before its end lives on.
class HeldChild : public ChildProcess {
public:
    explicit HeldChild(ChildHandles handles) noexcept;
    HeldChild(const HeldChild&) = delete;
    HeldChild& operator=(const HeldChild&) = delete;
    ~HeldChild() override;

    ProcessId id() const noexcept override { return handles_.id; }
    RawHandle sentinel() const noexcept override { return handles_.sentinel.get(); }
    RawHandle control() const noexcept override { return handles_.control.get(); }

protected:
    ChildHandles handles_;
    bool ended_ = false;

private:
    ProcessId creator_ = process_id();
};

int signal_of(EndRequest request) noexcept;

std::unique_ptr<ChildProcess> make_child(ChildHandles handles);

/// In a child whose end is told by the end of a pipe: keeps the writing end open for as long as this process lives, and
/// closes the one of the process that this one was forked from.
void keep_until_end(Handle writer) noexcept;

/// Kills and collects a child that could not be kept, so that a failed start leaves nothing.
void discard_child(ProcessId id) noexcept;

/// Sends the start record, the last step of every launch. On failure the child is killed and collected.
Result<std::unique_ptr<ChildProcess>> complete_launch(ChildHandles handles, const LaunchPlan& plan) noexcept;

/// Control channel and lifeline of a new child.
struct ChildLines {
    ChannelPair control;  ///< first: the parent's end
    Handle parent_alive;  ///< the child's end of the lifeline
    Handle lifeline;
};
Result<ChildLines> make_child_lines() noexcept;

/// In the child: ties it to its parent and receives the start record.
Result<ChildStart> receive_start(Handle control, Handle parent_alive, bool survive_parent) noexcept;

/// The same when the record has been received.
Result<ChildStart> take_start(Handle control, Handle parent_alive, bool survive_parent, Message record) noexcept;

}  // namespace spork::platform
