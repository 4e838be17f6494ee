# What only POSIX systems have.

spork_add_qtest(tst_signals
    SOURCES signals.cpp
    LABELS api
    LIBRARIES spork_test_main)
