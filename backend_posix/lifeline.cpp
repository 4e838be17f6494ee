#include "lifeline.hpp"

#include "platform/file.hpp"

namespace spork::platform {

Result<Lifeline> make_lifeline() noexcept {
    auto pipe = make_byte_pipe();
    if (!pipe) {
        return pipe.error();
    }
    return Lifeline{std::move(pipe->writer), std::move(pipe->reader)};
}

}  // namespace spork::platform
