# A source of ours with something in it changed, for a test. It is made anew whenever the original changes.

# spork_change_source(<changed file> FILE <path from the project> TEXT <old> INSTEAD <new> [TEXT <old> INSTEAD <new>]...)
# Every TEXT has to be there: when the original comes to say it in other words, that is an error, here and now.
function(spork_change_source changed)
    cmake_parse_arguments(PARSE_ARGV 1 change "" "FILE" "TEXT;INSTEAD")
    set(original "${PROJECT_SOURCE_DIR}/${change_FILE}")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${original}")
    file(READ "${original}" content)
    foreach(text instead IN ZIP_LISTS change_TEXT change_INSTEAD)
        string(FIND "${content}" "${text}" place)
        if(place EQUAL -1)
            message(FATAL_ERROR "${change_FILE} has no \"${text}\" any more, which ${CMAKE_CURRENT_LIST_FILE} changes")
        endif()
        string(REPLACE "${text}" "${instead}" content "${content}")
    endforeach()
    file(GENERATE OUTPUT "${changed}" CONTENT "${content}")
endfunction()
