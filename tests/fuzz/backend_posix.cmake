# Sockets, and a command line that names descriptors.

list(APPEND targets frames words)
