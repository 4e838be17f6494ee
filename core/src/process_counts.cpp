#include "process_counts.hpp"

namespace spork::detail {

ProcessCount* ProcessCounts::own() noexcept {
    const std::uint64_t self = own_tag();
    ProcessCount* spare = nullptr;
    for (ProcessCount& entry : entries_) {
        const std::uint64_t owner = entry.owner.load(std::memory_order_relaxed);
        if (owner == self) {
            return &entry;
        }
        if (!spare && entry.count.load(std::memory_order_relaxed) == 0) {
            spare = &entry;
        }
        if (owner == 0) {
            break;
        }
    }
    return spare;
}

void ProcessCounts::add_one(Journal& journal) noexcept {
    if (ProcessCount* entry = own()) {
        journal.commit({{entry->owner, own_tag()}, {entry->count, entry->count + 1}});
    }
}

void ProcessCounts::remove_one(Journal& journal) noexcept {
    ProcessCount* const entry = own();
    if (entry && entry->count != 0) {
        journal.commit({{entry->count, entry->count - 1}});
    }
}

}  // namespace spork::detail
