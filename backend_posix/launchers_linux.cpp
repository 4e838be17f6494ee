#include "launchers.hpp"

#include <array>

namespace spork::platform {

std::span<Launcher* const> launchers() noexcept {
    static ForkserverLauncher forkserver;
    static SpawnLauncher spawn;
    static ForkLauncher fork;
    static const std::array<Launcher*, 3> all{&forkserver, &spawn, &fork};
    return all;
}

}  // namespace spork::platform
