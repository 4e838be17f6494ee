#include "launchers.hpp"

#include <array>

namespace spork::platform {

// spawn comes first: system frameworks do not survive a fork (Python made the same choice in 3.8).
std::span<Launcher* const> launchers() noexcept {
    static SpawnLauncher spawn;
    static ForkLauncher fork;
    static ForkserverLauncher forkserver;
    static const std::array<Launcher*, 3> all{&spawn, &fork, &forkserver};
    return all;
}

}  // namespace spork::platform
