# Sections that nobody made as a segment, and the kernel objects behind sleep and wake.

list(APPEND sources foreign_sections.cpp word_semaphores.cpp)
