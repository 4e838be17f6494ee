# Builds the consumer with spork as a subproject and runs it; installs spork from that build; builds the consumer anew
# with find_package and runs it. Every step must succeed.

# The last build is started over, so that nothing left behind makes a step pass.
file(REMOVE_RECURSE "${WORK}")

set(configure ${CMAKE_COMMAND} -G ${GENERATOR} -S ${CONSUMER} -DCMAKE_CXX_COMPILER=${COMPILER} -DCMAKE_BUILD_TYPE=
              -DWITH_QT=${WITH_QT})
if(TOOLCHAIN)
    list(APPEND configure -DCMAKE_TOOLCHAIN_FILE=${TOOLCHAIN})
endif()

function(run)
    execute_process(COMMAND ${ARGV} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endfunction()

function(build_and_test folder)
    run(${CMAKE_COMMAND} --build ${folder} --parallel 2)
    run(${CMAKE_CTEST_COMMAND} --test-dir ${folder} --output-on-failure --no-tests=error)
endfunction()

run(${configure} -B ${WORK}/subproject -DSPORK_SOURCE=${SPORK_SOURCE} -DSPORK_INSTALL=ON -DSPORK_WITH_QT=${WITH_QT}
    -DBUILD_SHARED_LIBS=${SHARED})
build_and_test(${WORK}/subproject)

run(${CMAKE_COMMAND} --install ${WORK}/subproject --prefix ${WORK}/prefix)

run(${configure} -B ${WORK}/installed -DCMAKE_PREFIX_PATH=${WORK}/prefix -DCMAKE_FIND_ROOT_PATH=${WORK}/prefix)
build_and_test(${WORK}/installed)
