# Installs spork from the build SPORK_BUILD; builds the consumer with find_package and runs it. Without SPORK_BUILD it
# first builds the consumer with spork as a subproject, runs it, and installs spork from there. Every step must succeed.

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

if(NOT SPORK_BUILD)
    set(SPORK_BUILD ${WORK}/subproject)
    run(${configure} -B ${SPORK_BUILD} -DSPORK_SOURCE=${SPORK_SOURCE} -DSPORK_INSTALL=ON -DSPORK_WITH_QT=${WITH_QT}
        -DBUILD_SHARED_LIBS=${SHARED})
    build_and_test(${SPORK_BUILD})
endif()

run(${CMAKE_COMMAND} --install ${SPORK_BUILD} --prefix ${WORK}/prefix)

run(${configure} -B ${WORK}/installed -DCMAKE_PREFIX_PATH=${WORK}/prefix -DCMAKE_FIND_ROOT_PATH=${WORK}/prefix)
build_and_test(${WORK}/installed)
