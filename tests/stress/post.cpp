#include "post.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <type_traits>

using namespace std::chrono_literals;

namespace stress {

namespace {

constexpr auto short_while = 300us;

std::size_t place_of(const Stamp& stamp) {
    return static_cast<std::size_t>(stamp.producer) * static_cast<std::size_t>(Post::most) +
           static_cast<std::size_t>(stamp.number);
}

void report(Post& post, const char* what, const Stamp& stamp) {
    std::fprintf(stderr, "item %lld of worker %d %s\n", static_cast<long long>(stamp.number), stamp.producer, what);
    ++post.disorder.get_obj();
}

std::uint8_t content_of(const Stamp& stamp) {
    return static_cast<std::uint8_t>(stamp.number * 7 + stamp.producer);
}

/// Most are small; some are read where they lie, some have more than a chunk.
std::size_t size_of(unsigned chance) {
    return chance % 64 == 0 ? 300'000 : chance % 8 == 0 ? 20'000 : chance % 100;
}

Parcel parcel_of(const Stamp& stamp, unsigned chance) {
    return {stamp, std::vector<std::uint8_t>(size_of(chance), content_of(stamp))};
}

Letter letter_of(const Stamp& stamp, unsigned) {
    const Letter letter{stamp, {}};
    letter.sealed.set();
    return letter;
}

bool is_whole(const Parcel& parcel) {
    return std::all_of(parcel.content.begin(), parcel.content.end(),
                       [byte = content_of(parcel.stamp)](std::uint8_t other) { return other == byte; });
}

bool is_whole(const Letter& letter) {
    return letter.sealed.is_set();
}

/// A number is never used twice, whether its item was put or not.
template <class Item>
void put(Post& post, const spork::Queue<Item>& queue, int worker, unsigned chance,
         Item (*make)(const Stamp& stamp, unsigned chance)) {
    PostBook& book = post.books[static_cast<std::size_t>(worker)];
    if (book.numbers + 1 >= Post::most) {
        return;
    }
    const Stamp stamp{worker, ++book.numbers};
    const Item item = make(stamp, chance);
    book.letter = std::is_same_v<Item, Letter> ? 1 : 0;
    book.putting = 1;
    try {
        queue.put(item, short_while);
        post.sent[place_of(stamp)] = 1;
    } catch (const spork::Full&) {
        // Others will make room.
    }
    book.putting = 0;
}

template <class Item>
void enter(Post& post, std::array<std::int64_t, workers>& last, const Item& item) {
    const Stamp& stamp = item.stamp;
    if (stamp.producer < 0 || stamp.producer >= workers || stamp.number <= 0 || stamp.number >= Post::most ||
        !is_whole(item)) {
        report(post, "is damaged", stamp);
        return;
    }
    ++post.arrived[place_of(stamp)];
    std::int64_t& before = last[static_cast<std::size_t>(stamp.producer)];
    if (stamp.number <= before) {
        report(post, "came after a later one", stamp);
    }
    before = stamp.number;
}

template <class Item>
void take(Post& post, const spork::Queue<Item>& queue, int worker, std::array<std::int64_t, workers> PostBook::*last) {
    PostBook& book = post.books[static_cast<std::size_t>(worker)];
    book.letter = std::is_same_v<Item, Letter> ? 1 : 0;
    book.taking = 1;
    try {
        enter(post, book.*last, queue.get(short_while));
    } catch (const spork::QueueEnded&) {
        report(post, "is the last: a queue seems to have ended", {worker, book.numbers});
    } catch (const spork::Empty&) {
        // Others will put something.
    }
    book.taking = 0;
}

void deal_with_task(Post& post) {
    if (post.tasks.try_get(short_while)) {
        post.tasks.task_done();
    }
}

/// Everything up to the end, which must come: nobody is left who could put.
template <class Item, class Deal>
void drain(const spork::Queue<Item>& queue, spork::Timeout patience, PostDamage& damage, Deal deal) {
    try {
        for (;;) {
            deal(queue.get(patience));
        }
    } catch (const spork::QueueEnded&) {
        // As it should be.
    } catch (const spork::Empty&) {
        std::fprintf(stderr, "a queue does not end\n");
        ++damage.hung;
    }
}

/// An item in the hands of a killed worker may have gone with it; one that it was putting may have arrived.
void read_books(const Post& post, const InTheirHands& hands, PostDamage& damage) {
    std::int64_t put = 0;
    std::int64_t missing = 0;
    std::int64_t unknown = 0;
    for (int worker = 0; worker < workers; ++worker) {
        const std::int64_t numbers = post.books[static_cast<std::size_t>(worker)].numbers;
        for (std::int64_t number = 1; number <= numbers; ++number) {
            const std::size_t place = place_of({worker, number});
            const int sent = post.sent[place];
            const int arrived = post.arrived[place];
            put += sent;
            missing += sent != 0 && arrived == 0 ? 1 : 0;
            unknown += sent == 0 && arrived != 0 ? 1 : 0;
            damage.duplicated += std::max(0, arrived - 1);
        }
    }
    damage.lost += std::max<std::int64_t>(0, missing - hands.taken);
    damage.duplicated += std::max<std::int64_t>(0, unknown - hands.put) + post.disorder.get_obj();
    std::printf(
        "%lld items put, %lld of them taken by killed workers (who were at it %lld times), %lld put by killed ones\n",
        static_cast<long long>(put), static_cast<long long>(missing), static_cast<long long>(hands.taken),
        static_cast<long long>(unknown));
}

}  // namespace

void use_post(Post& post, int worker, unsigned chance) {
    const unsigned rest = chance / 16;
    switch (chance % 16) {
        case 0:
            put(post, post.letters, worker, rest, letter_of);
            break;
        case 1:
        case 2:
            take(post, post.letters, worker, &PostBook::last_letter);
            break;
        case 3:
            post.tasks.put(worker);
            break;
        case 4:
        case 5:
            deal_with_task(post);
            break;
        case 6:
            post.tasks.join(short_while);
            break;
        case 7:
        case 8:
        case 9:
        case 10:
        case 11:
            put(post, post.parcels, worker, rest, parcel_of);
            break;
        default:
            take(post, post.parcels, worker, &PostBook::last_parcel);
    }
}

void InTheirHands::add(const Post& post, int worker) {
    PostBook& book = post.books[static_cast<std::size_t>(worker)];
    put += book.putting;
    taken += book.taking;
    letters += book.letter * (book.putting + book.taking);
    book.putting = 0;
    book.taking = 0;
}

PostDamage settle(Post& post, const InTheirHands& hands, spork::Timeout patience) {
    PostDamage damage;
    PostBook book;
    drain(post.parcels, patience, damage, [&](const Parcel& parcel) { enter(post, book.last_parcel, parcel); });
    drain(post.letters, patience, damage, [&](const Letter& letter) { enter(post, book.last_letter, letter); });
    if (post.tasks.qsize() > 0 && post.tasks.join(spork::at_once)) {
        std::fprintf(stderr, "tasks that nobody has taken count as done\n");
        ++damage.lost;
    }
    drain(post.tasks, patience, damage, [&](int) { post.tasks.task_done(); });
    if (!post.tasks.join(patience)) {
        std::fprintf(stderr, "tasks of killed workers do not count as done\n");
        ++damage.hung;
    }
    read_books(post, hands, damage);
    return damage;
}

}  // namespace stress
