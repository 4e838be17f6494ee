// A shared library that nothing is linked with.

#ifdef _WIN32
#define EXPORTED __declspec(dllexport)
#else
#define EXPORTED __attribute__((visibility("default")))
#endif

extern "C" EXPORTED int answer_of_the_plugin() {
    return 42;
}
