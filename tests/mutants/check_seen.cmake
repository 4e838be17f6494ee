# cmake -DPROGRAM=<mutant> -DFUNCTION=<Class::function> -P check_seen.cmake: fails unless that test function fails.

cmake_minimum_required(VERSION 3.22)

execute_process(COMMAND "${PROGRAM}" "${FUNCTION}" OUTPUT_VARIABLE output ERROR_VARIABLE output RESULT_VARIABLE result)
string(FIND "${output}" "FAIL!  : ${FUNCTION}(" place)
if(place EQUAL -1)
    message(FATAL_ERROR "${FUNCTION} does not see that a step of recovery is missing (it ended with ${result}):\n${output}")
endif()
