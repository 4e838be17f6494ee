#pragma once

/// \file
/// Results of a pool as a range, while the input is still being read.

#include <spork/async_result.hpp>
#include <spork/pool_task.hpp>
#include <spork/timeout.hpp>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <ranges>
#include <stop_token>
#include <type_traits>
#include <utility>
#include <vector>

namespace spork {

namespace detail {

/// Gives chunks of an input to a pool, one at a time.
template <class R>
class ChunkFeed {
public:
    virtual ~ChunkFeed() = default;

    /// The task for the next chunk, not yet submitted; null at the end of the input. Throws what the input throws.
    virtual std::shared_ptr<CallTask<std::vector<R>>> next() = 0;
};

/// `Range` is a reference for an input that the caller keeps.
template <class F, class Range>
class ElementFeed final : public ChunkFeed<stored<map_result<F, Range>>> {
public:
    using R = stored<map_result<F, Range>>;

    ElementFeed(std::shared_ptr<PoolEngine> engine, F function, Range&& elements, std::size_t chunksize)
        : engine_(std::move(engine)),
          function_(std::move(function)),
          elements_(std::forward<Range>(elements)),
          chunksize_(chunksize) {}

    std::shared_ptr<CallTask<std::vector<R>>> next() override {
        auto& elements = static_cast<std::remove_reference_t<Range>&>(elements_);
        std::vector<Item> items;
        if (!at_) {
            at_.emplace(std::ranges::begin(elements));
        }
        for (; items.size() < chunksize_ && *at_ != std::ranges::end(elements); ++*at_) {
            items.push_back(keep<Item>(**at_));
        }
        if (items.empty()) {
            return nullptr;
        }
        using Body = chunk_body<F, Range, false>;
        return std::make_shared<CallTask<std::vector<R>>>(
            Target{std::make_shared<Body>(function_, std::move(items)), &EntryOf<Answering<Body>>::entry},
            limits_of(*engine_, std::nullopt, std::nullopt));
    }

private:
    using Item = chunk_item<F, Range, false>;
    using Held = std::conditional_t<std::is_lvalue_reference_v<Range>,
                                    std::reference_wrapper<std::remove_reference_t<Range>>, Range>;

    std::shared_ptr<PoolEngine> engine_;
    F function_;
    Held elements_;
    std::size_t chunksize_;
    std::optional<std::ranges::iterator_t<Range>> at_;
};

/// Which of some results came first.
class SPORK_API Arrivals {
public:
    void add(std::size_t number) {
        const std::lock_guard hold(mutex_);
        numbers_.push_back(number);
        arrived_.notify_one();
    }

    /// Empty when the time is over first. Throws CancelledError.
    std::optional<std::size_t> next(Timeout timeout, const std::stop_token& stop);

private:
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<std::size_t> numbers_;
};

}  // namespace detail

/// ImapRange is what Pool::imap yields: a range of results that is gone through once. When a call has thrown, taking its
/// result throws that, and the next one may be taken all the same; with chunks, the whole chunk is gone. Destroying it forgets
/// what is not taken. Threads: one. Python: the iterator of Pool.imap, but the input is not read further ahead than needed.
template <class R>
class ImapRange {
public:
    ImapRange(std::unique_ptr<detail::ChunkFeed<R>> feed, std::shared_ptr<detail::PoolEngine> engine, std::size_t ahead,
              bool ordered)
        : feed_(std::move(feed)), engine_(std::move(engine)), ahead_(ahead), ordered_(ordered) {}

    /// The next result; empty at the end. Throws what its call or the input threw, TimeoutError, CancelledError; the range can
    /// be used on after each of them.
    std::optional<R> next(Timeout timeout = no_limit, std::stop_token stop = {}) {
        while (taken_ == chunk_.size()) {
            read_ahead();
            if (under_way_.empty()) {
                if (failure_) {
                    std::rethrow_exception(std::exchange(failure_, nullptr));
                }
                return std::nullopt;
            }
            take_chunk(timeout, stop);
        }
        return std::move(chunk_[taken_++]);
    }

    class Iterator {
    public:
        using value_type = R;
        using difference_type = std::ptrdiff_t;
        using iterator_concept = std::input_iterator_tag;

        R& operator*() const { return *item_; }
        Iterator& operator++() {
            item_ = range_->next();
            return *this;
        }
        void operator++(int) { ++*this; }
        friend bool operator==(const Iterator& at, std::default_sentinel_t) noexcept { return !at.item_; }

    private:
        friend class ImapRange;
        explicit Iterator(ImapRange* range) : range_(range), item_(range->next()) {}

        ImapRange* range_;
        mutable std::optional<R> item_;
    };

    Iterator begin() { return Iterator(this); }
    std::default_sentinel_t end() const noexcept { return {}; }

private:
    struct UnderWay {
        std::size_t number;
        AsyncResult<std::vector<R>> result;
    };

    void read_ahead() {
        while (!ended_ && under_way_.size() < ahead_) {
            std::shared_ptr<detail::CallTask<std::vector<R>>> task;
            try {
                task = feed_->next();
            } catch (...) {
                failure_ = std::current_exception();
            }
            if (!task) {
                ended_ = true;
                return;
            }
            const std::size_t number = next_number_++;
            if (!ordered_) {
                task->outcome.callback = [arrivals = arrivals_, number](const std::vector<R>&) {
                    arrivals->add(number);
                };
                task->outcome.error_callback = [arrivals = arrivals_, number](std::exception_ptr) {
                    arrivals->add(number);
                };
            }
            std::shared_ptr<detail::Outcome<std::vector<R>>> outcome(task, &task->outcome);
            auto group = std::make_shared<const detail::TaskGroup>(detail::TaskGroup{task});
            detail::submit_tasks(*engine_, *group);
            under_way_.push_back({number, AsyncResult<std::vector<R>>(std::move(outcome), std::move(group), engine_)});
        }
    }

    void take_chunk(Timeout timeout, const std::stop_token& stop) {
        auto first = under_way_.begin();
        if (!ordered_) {
            const std::optional<std::size_t> number = arrivals_->next(timeout, stop);
            if (!number) {
                throw TimeoutError("imap: no result came in time");
            }
            while (first->number != *number) {
                ++first;
            }
        } else if (!first->result.wait(timeout, stop)) {
            throw TimeoutError("imap: no result came in time");
        }
        const AsyncResult<std::vector<R>> result = std::move(first->result);
        under_way_.erase(first);
        chunk_.clear();
        taken_ = 0;
        chunk_ = result.get();
    }

    std::unique_ptr<detail::ChunkFeed<R>> feed_;
    std::shared_ptr<detail::PoolEngine> engine_;
    std::size_t ahead_;
    bool ordered_;
    std::shared_ptr<detail::Arrivals> arrivals_ = std::make_shared<detail::Arrivals>();
    std::deque<UnderWay> under_way_;
    std::vector<R> chunk_;
    std::size_t taken_ = 0;
    std::size_t next_number_ = 0;
    bool ended_ = false;
    std::exception_ptr failure_;
};

}  // namespace spork
