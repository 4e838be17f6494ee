# Frames that no sender of ours would write, put into the socket directly.

list(APPEND sources hostile_frames.cpp)
