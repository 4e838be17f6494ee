// A channel is a named pipe that no longer has a use for its name: both ends are open when make_channel returns, and
// the pipe takes no second client. (CreatePipe makes pipes that can neither be waited for nor keep messages apart.)

#include "channel_pair.hpp"

#include "private_pipe.hpp"

#include <utility>

namespace spork::platform {

namespace win32 {

Result<ChannelPair> make_channel_of(bool duplex, DWORD capacity) noexcept {
    const Result<PipeKey> key = random_pipe_key();
    if (!key) {
        return key.error();
    }
    Result<Handle> first = create_pipe_server(*key, duplex ? PIPE_ACCESS_DUPLEX : PIPE_ACCESS_INBOUND, capacity);
    if (!first) {
        return first.error();
    }
    Result<Handle> second = open_pipe_client(*key, duplex ? GENERIC_READ | GENERIC_WRITE : GENERIC_WRITE);
    if (!second) {
        return second.error();
    }
    return ChannelPair{std::move(*first), std::move(*second)};
}

}  // namespace win32

Result<ChannelPair> make_channel(bool duplex) noexcept {
    constexpr DWORD capacity = 64 * 1024;  // what Linux gives a pipe
    return win32::make_channel_of(duplex, capacity);
}

}  // namespace spork::platform
