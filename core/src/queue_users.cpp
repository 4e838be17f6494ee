#include "queue_users.hpp"

#include <algorithm>

namespace spork::detail {

QueueUser* QueueUsers::own() noexcept {
    QueueUser* found = nullptr;
    each([&](QueueUser& user) {
        if (is_own(&user) && !user.did(QueueUser::lent)) {
            found = &user;
        }
    });
    return found;
}

QueueUser* QueueUsers::add(std::uint64_t state) noexcept {
    const std::uint64_t used = used_;
    std::uint64_t place = 0;
    while (place < used && users_[place].owner != 0) {
        ++place;
    }
    if (place >= capacity) {
        return nullptr;
    }
    used_ = std::max(used, place + 1);
    QueueUser& user = users_[place];
    user.state = state;
    user.taken = 0;
    user.done = 0;
    user.owner = own_tag();
    return &user;
}

QueueUser* QueueUsers::enter() noexcept {
    QueueUser* const user = own();
    if (!user) {
        return add(QueueUser::one);
    }
    user->state += QueueUser::one;
    return user;
}

QueueUser* QueueUsers::take_over(std::uint64_t ticket, Journal& journal) noexcept {
    QueueUser* const loan = loan_of(ticket);
    if (!loan) {
        return enter();
    }
    if (QueueUser* const user = own()) {
        journal.commit({{user->state, user->state + QueueUser::one}, {loan->owner, 0}});
        return user;
    }
    journal.commit({{loan->state, QueueUser::one}, {loan->owner, own_tag()}});
    return loan;
}

bool QueueUsers::leave(QueueUser& user) noexcept {
    user.state -= QueueUser::one;
    return user.state < QueueUser::one;
}

std::uint64_t QueueUsers::lend() noexcept {
    const std::uint64_t number = last_loan_ + 1;
    last_loan_ = number;
    const QueueUser* const loan = add(QueueUser::lent | number * QueueUser::one);
    return loan ? number * capacity + static_cast<std::uint64_t>(loan - users_) : 0;
}

QueueUser* QueueUsers::loan_of(std::uint64_t ticket) noexcept {
    QueueUser& user = users_[ticket % capacity];
    const bool lasts = user.owner != 0 && user.state == (QueueUser::lent | ticket / capacity * QueueUser::one);
    return lasts ? &user : nullptr;
}

bool QueueUsers::others_may(std::uint64_t use) noexcept {
    bool may = false;
    each([&](const QueueUser& user) {
        const bool other = !is_own(&user) || user.did(QueueUser::lent);
        may = may || (other && !user.did(QueueUser::closed) &&
                      (user.did(use) || !user.did(QueueUser::puts | QueueUser::gets)));
    });
    return may;
}

}  // namespace spork::detail
