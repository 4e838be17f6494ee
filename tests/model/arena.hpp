#pragma once

/// \file
/// Where the memory comes from that the code under test asks for: what a killed thread had is never freed by it.

namespace model {

/// Whether the memory that is asked for from now on comes from the arena.
void use_arena(bool use) noexcept;

/// While one of these lives it does not: the explorer remembers what it has seen.
class NoArena {
public:
    NoArena() noexcept;
    NoArena(const NoArena&) = delete;
    NoArena& operator=(const NoArena&) = delete;
    ~NoArena();

private:
    bool before_;
};

/// Takes everything back.
void empty_arena() noexcept;

}  // namespace model
