# How a test is added. Used by tests/ and by the runner of the demos.

enable_testing()

# A hung test must end and be named; Wine and the sanitizers make everything slower.
set(SPORK_TEST_TIMEOUT 120 CACHE STRING "Seconds that a test may take natively, without sanitizers")
if(CMAKE_CROSSCOMPILING OR SPORK_SANITIZE)
    math(EXPR spork_test_timeout "3 * ${SPORK_TEST_TIMEOUT}")
else()
    set(spork_test_timeout ${SPORK_TEST_TIMEOUT})
endif()

# spork_add_test(NAME <name> LABELS <label>... COMMAND <command>... [TIMEOUT <seconds>]): add_test with what every test of
# ours has.
function(spork_add_test)
    cmake_parse_arguments(PARSE_ARGV 0 test "" "NAME;TIMEOUT" "LABELS;COMMAND")
    if(NOT test_TIMEOUT)
        set(test_TIMEOUT ${spork_test_timeout})
    endif()
    add_test(NAME ${test_NAME} COMMAND ${test_COMMAND})
    set_tests_properties(${test_NAME} PROPERTIES LABELS "${test_LABELS}" TIMEOUT ${test_TIMEOUT})
    if(SPORK_SANITIZE)
        # By StartMethod::fork a child of a parent with threads may start threads too: the thread sanitizer must not mind.
        set(options "UBSAN_OPTIONS=print_stacktrace=1")
        list(APPEND options "LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/lsan_suppressions.txt")
        list(APPEND options "TSAN_OPTIONS=die_after_fork=0:suppressions=${PROJECT_SOURCE_DIR}/tests/tsan_suppressions.txt")
        set_tests_properties(${test_NAME} PROPERTIES ENVIRONMENT "${options}")
    endif()
    if("bench" IN_LIST test_LABELS OR "stress" IN_LIST test_LABELS)
        set_tests_properties(${test_NAME} PROPERTIES RUN_SERIAL ON)
    endif()
endfunction()

# spork_add_qtest(<name> SOURCES <file>... LABELS <label>... [LIBRARIES <target>...] [ARGUMENTS <argument>...]
#                 [TIMEOUT <seconds>]):
# a Qt Test program and its test. Put many test classes into one program: linking one costs seconds, and starting one
# under Wine half a second. A program that must see core's insides names spork_internals among its libraries.
function(spork_add_qtest name)
    cmake_parse_arguments(PARSE_ARGV 1 test "" "TIMEOUT" "SOURCES;LABELS;LIBRARIES;ARGUMENTS")
    add_executable(${name} ${test_SOURCES})
    spork_own_target(${name})
    set_target_properties(${name} PROPERTIES AUTOMOC ON)
    target_link_libraries(${name} PRIVATE ${test_LIBRARIES} spork::spork Qt6::Core Qt6::Test)

    set(command $<TARGET_FILE:${name}> ${test_ARGUMENTS})
    if(CMAKE_CROSSCOMPILING_EMULATOR)
        set(command "${PROJECT_SOURCE_DIR}/tests/qtest_to_file" "${CMAKE_CURRENT_BINARY_DIR}/${name}.log"
                    ${CMAKE_CROSSCOMPILING_EMULATOR} ${command})
    endif()
    spork_add_test(NAME ${name} TIMEOUT ${test_TIMEOUT} LABELS ${test_LABELS} COMMAND ${command})
endfunction()
