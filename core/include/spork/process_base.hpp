#pragma once

/// \file
/// Processes as subclasses.

#include <spork/export.hpp>
#include <spork/process.hpp>

#include <memory>
#include <string_view>
#include <type_traits>

namespace spork {

namespace detail {

/// The last part of a type's name: Clock for demo::Clock.
constexpr std::string_view unqualified(std::string_view name) {
    const std::string_view plain = name.substr(0, name.find('<'));
    const auto colon = plain.rfind(':');
    return colon == std::string_view::npos ? plain : plain.substr(colon + 1);
}

/// While one of these lives, a Process that is made in this thread is the running process itself.
class SPORK_API BecomeCurrent {
public:
    BecomeCurrent() noexcept;
    ~BecomeCurrent();
    BecomeCurrent(const BecomeCurrent&) = delete;
    BecomeCurrent& operator=(const BecomeCurrent&) = delete;
};

/// The fields of a subclass, sent as they are at start(); the child runs a copy.
template <class Derived>
class SubclassBody final : public TaskBody {
public:
    using Result = void;

    explicit SubclassBody(Derived* object) : object_(object) {}
    explicit SubclassBody(std::unique_ptr<Derived> object) : owned_(std::move(object)), object_(owned_.get()) {}

    void save(Writer& writer) const override {
        if constexpr (has_fields) {
            writer.write(*object_);
        }
    }
    static std::unique_ptr<TaskBody> load(Reader& reader) {
        const BecomeCurrent become;
        auto object = std::make_unique<Derived>();
        if constexpr (has_fields) {
            Transfer<Derived>::load_into(reader, *object);
        }
        return std::make_unique<SubclassBody>(std::move(object));
    }
    void run(void*, bool) override { object_->run(); }

private:
    static constexpr bool has_fields = sizeof(Derived) != sizeof(Process);

    std::unique_ptr<Derived> owned_;
    Derived* object_;
};

}  // namespace detail

/// ProcessBase makes a class a process: its run() is what the child does, on a copy of the fields as they were at
/// start(). Changes in the child stay there. The default name is the class's: Clock-1.
///
///     struct Clock : spork::ProcessBase<Clock> {
///         int seconds = 1;
///         void run();
///         template <class Archive> void serialize(Archive& archive) { archive(seconds); }
///     };
///
/// A class with fields needs serialize, or save and load; it is default-constructed in the child.
/// Python: a subclass of multiprocessing.Process.
template <class Derived>
class ProcessBase : public Process {
public:
    /// As Process::start.
    void start() {
        static_assert(std::is_base_of_v<ProcessBase, Derived>, "spork: write struct Clock : spork::ProcessBase<Clock>");
        static_assert(!std::is_same_v<decltype(&Derived::run), void (Process::*)()>,
                      "spork: a process class needs a member void run() of its own");
        using Body = detail::SubclassBody<Derived>;
        Process::start({std::make_shared<Body>(static_cast<Derived*>(this)), &detail::EntryOf<Body>::entry});
    }

protected:
    ProcessBase() : Process(detail::new_process_state(detail::unqualified(type_name<Derived>))) {}
    ~ProcessBase() = default;
};

}  // namespace spork
