# Installs the libraries, their headers and the package files that find_package(spork) reads.

include(CMakePackageConfigHelpers)
set(SPORK_PACKAGE_FOLDER "${CMAKE_INSTALL_LIBDIR}/cmake/spork")

function(spork_install target export_set)
    get_target_property(include_folder ${target} SPORK_INCLUDE_FOLDER)
    install(DIRECTORY ${include_folder}/ "${CMAKE_CURRENT_BINARY_DIR}/${target}-include/"
            DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
    install(TARGETS ${target} EXPORT ${export_set})
    install(EXPORT ${export_set} NAMESPACE spork:: DESTINATION "${SPORK_PACKAGE_FOLDER}")
endfunction()

spork_install(spork sporkTargets)
install(DIRECTORY ${SPORK_ENTRY}/ DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
if(TARGET spork_qt)
    spork_install(spork_qt sporkQtTargets)
endif()

configure_package_config_file(cmake/sporkConfig.cmake.in sporkConfig.cmake INSTALL_DESTINATION "${SPORK_PACKAGE_FOLDER}")
write_basic_package_version_file(sporkConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/sporkConfig.cmake"
              "${CMAKE_CURRENT_BINARY_DIR}/sporkConfigVersion.cmake"
              cmake/sporkDependencies.cmake
        DESTINATION "${SPORK_PACKAGE_FOLDER}")
