# What only POSIX systems have.

list(APPEND sources kill_server.cpp)
