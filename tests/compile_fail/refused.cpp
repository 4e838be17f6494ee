// What must not compile, and what the error must say. Everything before the first case belongs to each of them; a line
// "//! case: NAME" begins a case, "//! error: REGEX" in it must match what the compiler prints; a case without
// one compiles.

#include <spork/spork.hpp>

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace demo {

class NoForm {
public:
    explicit NoForm(int number) : number_(number) {}
    int number() const { return number_; }

private:
    int number_;
};

struct Inside {
    std::vector<std::pair<int, NoForm>> list;
};

struct NoDefault {
    explicit NoDefault(int) {}
    template <class Archive>
    void serialize(Archive&) {}
};

struct Opted {
    std::string text;
};

struct NoRun : spork::ProcessBase<NoRun> {};

inline void take_pointer(int*) {}
inline void take_text(std::string, int) {}
inline void take_no_form(NoForm) {}
inline void take_inside(Inside) {}
inline void take_function(std::function<void()>) {}
inline void take_thread(std::thread) {}
inline void take_number(int) {}
struct Counter {
    void add(int) {}
};

}  // namespace demo

template <>
inline constexpr bool spork::enable_transfer<demo::Opted> = OPTED;

//! case: control
void control() {
    spork::Process p(demo::take_text, "egon", 18);
    p.start();
}

//! case: raw pointer
//! error: this type T cannot be sent to another process
//! error: (T = |require_transferable<)int ?\*
void raw_pointer() {
    int number = 1;
    spork::Process p(demo::take_pointer, &number);
}

//! case: lambda with a capture
//! error: this type T cannot be sent to another process
//! error: (T = |require_transferable<).*lambda
void lambda_with_a_capture(int number) {
    spork::Process p([number] { demo::take_number(number); });
}

//! case: class without a form
//! error: this type T cannot be sent to another process
//! error: (T = |require_transferable<)demo::NoForm
void class_without_a_form() {
    spork::Process p(demo::take_no_form, demo::NoForm(1));
}

//! case: deep inside an aggregate
//! error: this type T cannot be sent to another process
//! error: (T = |require_transferable<)demo::NoForm
//! error: demo::Inside
void deep_inside_an_aggregate() {
    spork::Process p(demo::take_inside, demo::Inside());
}

//! case: std::function
//! error: this type T cannot be sent to another process
//! error: (T = |require_transferable<).*std::function<void ?\(\)>
void std_function() {
    spork::Process p(demo::take_function, std::function<void()>());
}

//! case: std::thread
//! error: this type T cannot be sent to another process
//! error: (T = |require_transferable<).*std::thread
void std_thread() {
    spork::Process p(demo::take_thread, std::thread());
}

//! case: std::function as the target
//! error: (T = |require_transferable<).*std::function<void ?\(\)>
void std_function_as_the_target(std::function<void()> function) {
    spork::Process p(function);
}

//! case: forgotten argument
//! error: the target takes another number of arguments
void forgotten_argument() {
    spork::Process p(demo::take_text, "egon");
}

//! case: too many arguments
//! error: the target takes another number of arguments
void too_many_arguments() {
    spork::Process p(demo::take_number, 1, 2);
}

//! case: argument of another type
//! error: cannot be converted to the type of the target's parameter
void argument_of_another_type() {
    spork::Process p(demo::take_number, std::string("one"));
}

//! case: member function pointer
//! error: write spork::fn<&Class::method>
void member_function_pointer() {
    spork::Process p(&demo::Counter::add, demo::Counter(), 1);
}

//! case: message
//! error: this type T cannot be sent to another process
//! error: (T = |require_transferable<)demo::NoForm
void message(spork::Connection connection) {
    connection.send(demo::NoForm(1));
}

//! case: message to receive
//! error: this type T cannot be sent to another process
//! error: (T = |require_transferable<).*int ?\*
void message_to_receive(spork::Connection connection) {
    connection.recv<std::vector<int*>>();
}

//! case: bound argument
//! error: this type T cannot be sent to another process
//! error: (T = |require_transferable<)demo::NoForm
void bound_argument() {
    auto task = spork::bind(demo::take_no_form, demo::NoForm(1));
}

//! case: global
//! error: this type T cannot be sent to another process
//! error: (T = |require_transferable<)int ?\*
spork::Global<int*> global;

//! case: no default constructor
//! error: NoDefault::NoDefault()
void no_default_constructor(spork::Connection connection) {
    connection.recv<demo::NoDefault>();
}

//! case: process class without run
//! error: needs a member void run
void process_class_without_run() {
    demo::NoRun process;
    process.start();
}

//! case: opted in although not trivially copyable
//! define: OPTED=true
//! error: for trivially copyable types only
void opted_in(spork::Connection connection) {
    connection.send(demo::Opted());
}

//! case: shared elements
struct Sample {
    double value;
    char unit[8];
};
void shared_elements() {
    spork::Value<Sample> value({1.5, "m"});
    spork::Array<int> numbers(10, {.lock = value.get_lock()});
    spork::RawArray<char> text("Hello");
}

//! case: shared pointer
//! error: pointers, references and functions cannot be shared
//! error: Value<int ?\*>
void shared_pointer() {
    spork::Value<int*> value;
}

//! case: array of pointers
//! error: pointers, references and functions cannot be shared
//! error: Array<.*char ?(const)? ?\*
void array_of_pointers() {
    spork::Array<const char*> words{"one", "two"};
}

//! case: shared reference
//! error: pointers, references and functions cannot be shared
void shared_reference(int number) {
    spork::RawValue<int&> value(number);
}

//! case: array of std::string
//! error: must be trivially copyable
//! error: Text goes into an Array<char>
void array_of_strings() {
    spork::Array<std::string> words(10);
}

//! case: shared std::vector
//! error: must be trivially copyable
//! error: Value<std::.*vector<int
void shared_vector() {
    spork::Value<std::vector<int>> value;
}

//! case: aligned too far
//! error: is aligned to 64 bytes at most
struct alignas(128) Wide {
    char bytes[128];
};
void aligned_too_far() {
    spork::RawArray<Wide> wide(1);
}

//! case: pointer to a lock
//! error: (no matching function|could not convert)
void pointer_to_a_lock(spork::Lock lock) {
    spork::Value<int> value(0, {.lock = &lock});
}
