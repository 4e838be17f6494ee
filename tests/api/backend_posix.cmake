# What only POSIX systems have.

spork_add_qtest(tst_signals
    SOURCES signals.cpp
    LABELS api
    LIBRARIES spork_test_main)

# Memory that is shared with CPython, which is no Windows program here.
target_sources(tst_memory PRIVATE python_memory.cpp)
