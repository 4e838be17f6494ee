// A channel is a named pipe that no longer has a use for its name: both ends are open when make_channel returns, and
// the pipe takes no second client. (CreatePipe makes pipes that can neither be waited for nor keep messages apart.)

#include "channel_limits.hpp"
#include "platform/channel.hpp"
#include "private_pipe.hpp"
#include "windows_api.hpp"

#include <utility>

namespace spork::platform {

Result<ChannelPair> make_channel(bool duplex) noexcept {
    using namespace win32;
    const Result<PipeKey> key = random_pipe_key();
    if (!key) {
        return key.error();
    }
    const DWORD mode = duplex ? PIPE_ACCESS_DUPLEX : PIPE_ACCESS_INBOUND;
    Result<Handle> first = create_pipe_server(*key, mode, static_cast<DWORD>(channel_capacity));
    if (!first) {
        return first.error();
    }
    Result<Handle> second = open_pipe_client(*key, duplex ? GENERIC_READ | GENERIC_WRITE : GENERIC_WRITE);
    if (!second) {
        return second.error();
    }
    return ChannelPair{std::move(*first), std::move(*second)};
}

}  // namespace spork::platform
