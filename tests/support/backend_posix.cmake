# What only tests of POSIX systems use.

target_sources(spork_test_support PRIVATE child_pids_${SPORK_SYSTEM}.cpp signals_posix.cpp)
