#include "arena.hpp"

#include <cstddef>
#include <cstdlib>
#include <new>

namespace model {

namespace {

alignas(std::max_align_t) std::byte arena[std::size_t{1} << 20];
std::size_t used = 0;
bool in_use = false;

bool in_arena(const void* memory) noexcept {
    return memory >= arena && memory < arena + sizeof arena;
}

void* taken(std::size_t size) {
    constexpr std::size_t alignment = alignof(std::max_align_t);
    size = (size + alignment - 1) / alignment * alignment;
    if (size > sizeof arena - used) {
        throw std::bad_alloc();
    }
    used += size;
    return arena + used - size;
}

}  // namespace

void use_arena(bool use) noexcept {
    in_use = use;
}

NoArena::NoArena() noexcept : before_(in_use) {
    in_use = false;
}

NoArena::~NoArena() {
    in_use = before_;
}

void empty_arena() noexcept {
    used = 0;
}

}  // namespace model

void* operator new(std::size_t size) {
    if (model::in_use) {
        return model::taken(size);
    }
    if (void* const memory = std::malloc(size)) {
        return memory;
    }
    throw std::bad_alloc();
}

void operator delete(void* memory) noexcept {
    if (!model::in_arena(memory)) {
        std::free(memory);
    }
}

void operator delete(void* memory, std::size_t) noexcept {
    operator delete(memory);
}
