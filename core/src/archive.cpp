/// \file
/// The parts of Writer and Reader that are not templates: handles, loans, shared objects, and what hostile bytes run into.

#include <spork/archive.hpp>

#include <string>

namespace spork {

namespace detail {

void throw_too_deep() {
    throw TransferError("a value is nested more than " + std::to_string(max_depth) +
                        " levels deep: send it in pieces, or as a flat container");
}

void throw_truncated(std::size_t wanted, std::size_t left) {
    throw TransferError("a message ends too early: it claims " + std::to_string(wanted) + " bytes or elements more, but " +
                        std::to_string(left) + " bytes are left");
}

void throw_corrupt(const char* what) {
    throw TransferError(std::string("a message is corrupt: it holds ") + what);
}

}  // namespace detail

void Writer::attach(std::shared_ptr<detail::OwnedHandle> handle) {
    handles_.push_back(std::move(handle));
}

void Writer::lend(std::unique_ptr<detail::Loan> loan) {
    loans_.push_back(std::move(loan));
}

void Writer::hand_over(std::uint32_t receiver) noexcept {
    for (const auto& loan : loans_) {
        loan->handed_over(receiver);
    }
    loans_.clear();
}

bool Writer::write_reference(const void* object) {
    if (!object) {
        write_number(std::uint32_t{0});
        return false;
    }
    if (!references_) {
        references_ = std::make_unique<References>();
    }
    const auto [place, is_new] = references_->try_emplace(object, static_cast<std::uint32_t>(references_->size() + 1));
    write_number(place->second);
    return is_new;
}

std::shared_ptr<void> Reader::read_reference(const std::type_info& type, std::uint32_t& number) {
    number = read_number<std::uint32_t>();
    if (number == 0) {
        return nullptr;
    }
    if (number > references_.size() + 1) {
        detail::throw_corrupt("a reference to a shared object that it does not hold");
    }
    if (number == references_.size() + 1) {
        references_.emplace_back();  // its contents follow; a reference to it from inside is refused below
        return nullptr;
    }
    const Reference& known = references_[number - 1];
    if (!known.object || *known.type != type) {
        detail::throw_corrupt("a reference to a shared object of another type, or to one that contains itself");
    }
    return known.object;
}

void Reader::keep_reference(std::uint32_t number, const std::type_info& type, std::shared_ptr<void> object) {
    references_.at(number - 1) = {&type, std::move(object)};
}

std::shared_ptr<detail::OwnedHandle> Reader::take_handle() {
    if (next_handle_ == handles_.size()) {
        detail::throw_corrupt("fewer handles than its values need");
    }
    return std::move(handles_[next_handle_++]);
}

void Reader::throw_not_at_end() const {
    throw TransferError("a message holds " + std::to_string(left()) + " bytes and " +
                        std::to_string(handles_.size() - next_handle_) + " handles more than its value");
}

}  // namespace spork
