#include <spork/shareable_list.hpp>

#include "list_layout.hpp"

#include <spork/error.hpp>
#include <spork/transferable.hpp>

#include <algorithm>
#include <ostream>
#include <sstream>

namespace spork {

using detail::ListLayout;

SharedMemory ShareableList::make(const std::vector<ShareableValue>& values, const std::string& name) {
    const ListLayout layout(values);
    const std::size_t size = layout.tail() + layout.tail_size();
    const SharedMemory memory = name.empty() ? SharedMemory::create(size) : SharedMemory::create(size, name);
    layout.write_frame(memory.buf());
    for (std::size_t item = 0; item < values.size(); ++item) {
        layout.write(memory.buf(), item, values[item]);
    }
    return memory;
}

ShareableList::ShareableList(SharedMemory memory)
    : memory_(std::move(memory)), layout_(std::make_shared<const ListLayout>(memory_.buf())) {}

std::size_t ShareableList::size() const noexcept {
    return layout_->count();
}

std::size_t ShareableList::position(std::int64_t index) const {
    const auto items = static_cast<std::int64_t>(size());
    const std::int64_t from_start = index < 0 ? index + items : index;
    if (from_start < 0 || from_start >= items) {
        throw UsageError("index " + std::to_string(index) + " is out of range: the ShareableList has " +
                         std::to_string(items) + " items");
    }
    return static_cast<std::size_t>(from_start);
}

ShareableValue ShareableList::at(std::int64_t index) const {
    return layout_->read(memory_.buf(), position(index));
}

void ShareableList::set(std::int64_t index, const ShareableValue& value) const {
    const std::size_t item = position(index);
    if (!layout_->write(memory_.buf(), item, value)) {
        std::ostringstream text;
        text << value;
        throw UsageError(text.str() + " exceeds the available storage of item " + std::to_string(item) +
                         " of a ShareableList: it has " + std::to_string(layout_->room_of(item)) + " bytes");
    }
}

std::size_t ShareableList::count(const ShareableValue& value) const {
    return static_cast<std::size_t>(std::count(begin(), end(), value));
}

std::size_t ShareableList::index(const ShareableValue& value) const {
    for (std::size_t item = 0; item < size(); ++item) {
        if (layout_->read(memory_.buf(), item) == value) {
            return item;
        }
    }
    std::ostringstream text;
    text << value << " is not in this ShareableList";
    throw UsageError(text.str());
}

std::string ShareableList::format() const {
    std::string text;
    for (std::size_t item = 0; item < size(); ++item) {
        text += layout_->format(memory_.buf(), item);
    }
    return text;
}

std::ostream& operator<<(std::ostream& stream, const ShareableList& list) {
    stream << "ShareableList([";
    const char* separator = "";
    for (const ShareableValue& value : list) {
        stream << std::exchange(separator, ", ") << value;
    }
    return stream << "], name=\"" << list.name() << "\")";
}

void Transfer<ShareableList>::save(Writer& writer, const ShareableList& value) {
    writer(value.shm());
}

ShareableList Transfer<ShareableList>::load(Reader& reader) {
    return ShareableList(reader.read<SharedMemory>());
}

}  // namespace spork
