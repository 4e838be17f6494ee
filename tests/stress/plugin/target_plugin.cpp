// A plug-in that the program is not linked with; its children are to run code of it.

#include <spork/spork.hpp>

#include <string>

#ifdef _WIN32
#define EXPORTED __declspec(dllexport)
#else
#define EXPORTED __attribute__((visibility("default")))
#endif

namespace {

void say(std::string word, int number) {
    spork::print(word + " " + std::to_string(number) + " of build " + std::to_string(PLUGIN_BUILD));
}

}  // namespace

/// The caller deletes it.
extern "C" EXPORTED spork::Process* make_process(int number) {
    return new spork::Process(say, "plug-in", number);
}
