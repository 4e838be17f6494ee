#include <spork/shared_memory_manager.hpp>

#include <spork/error.hpp>
#include <spork/finalize.hpp>

#include <mutex>
#include <system_error>
#include <vector>

namespace spork {

namespace {

/// As Python's: managers end after the program's own work, and before its children are joined.
constexpr int exit_priority = 0;

}  // namespace

class SharedMemoryManager::Blocks {
public:
    void add(const spork::SharedMemory& memory) {
        const std::lock_guard hold(mutex_);
        require_open();
        blocks_.push_back(memory);
    }

    void require_started() {
        const std::lock_guard hold(mutex_);
        require_open();
    }

    void shutdown() {
        std::vector<spork::SharedMemory> blocks;
        {
            const std::lock_guard hold(mutex_);
            open_ = false;
            blocks.swap(blocks_);
        }
        for (const spork::SharedMemory& block : blocks) {
            try {
                block.unlink();
            } catch (const std::system_error&) {
                // Somebody has unlinked it before.
            }
        }
    }

private:
    void require_open() const {
        if (!open_) {
            throw UsageError("this SharedMemoryManager was shut down");
        }
    }

    std::mutex mutex_;
    bool open_ = true;
    std::vector<spork::SharedMemory> blocks_;
    Finalizer at_exit_{[this] { shutdown(); }, exit_priority};
};

SharedMemoryManager::SharedMemoryManager() : blocks_(std::make_shared<Blocks>()) {}

void SharedMemoryManager::start() const {
    blocks_->require_started();
}

void SharedMemoryManager::shutdown() const {
    blocks_->shutdown();
}

spork::SharedMemory SharedMemoryManager::keep(spork::SharedMemory memory) const {
    blocks_->add(memory);
    return memory;
}

spork::ShareableList SharedMemoryManager::keep(spork::ShareableList list) const {
    blocks_->add(list.shm());
    return list;
}

}  // namespace spork
