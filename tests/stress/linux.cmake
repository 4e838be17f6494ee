# What Linux alone can see or do.

set(survivors survivors_linux.cpp)
