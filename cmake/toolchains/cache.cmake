# Where tools that are built or fetched once are kept, outside every source and build tree. toolbox.sh says the same.
if(DEFINED ENV{XDG_CACHE_HOME} AND NOT "$ENV{XDG_CACHE_HOME}" STREQUAL "")
    set(SPORK_CACHE "$ENV{XDG_CACHE_HOME}/spork")
else()
    set(SPORK_CACHE "$ENV{HOME}/.cache/spork")
endif()
