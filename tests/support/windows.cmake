# What tests do to the machine's clock, where that is possible.

target_sources(spork_test_support PRIVATE wall_clock_windows.cpp)
