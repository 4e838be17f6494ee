# What needs a wall clock that a test can move.

spork_add_qtest(tst_wall_clock
    SOURCES wall_clock.cpp
    LABELS api
    LIBRARIES spork_test_main)
