# How a target of this project is compiled. Nothing here reaches spork's users except through the targets themselves.

include(GenerateExportHeader)
include(GNUInstallDirs)

if(SPORK_SANITIZE)
    add_compile_options(-fsanitize=${SPORK_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${SPORK_SANITIZE})
endif()

# spork_own_target(<target>): C++20 and our warnings, for every target whose sources are ours.
function(spork_own_target target)
    target_compile_features(${target} PUBLIC cxx_std_20)
    set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
    if(MSVC)
        target_compile_options(${target} PRIVATE /W4 /utf-8 /permissive- /Zc:__cplusplus /Zc:preprocessor /bigobj
                                                 $<$<BOOL:${SPORK_WERROR}>:/WX>)
    else()
        target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic $<$<BOOL:${SPORK_WERROR}>:-Werror>)
    endif()
endfunction()

# spork_public_library(<target> <include folder>): a library that is installed, static or shared. Only what is marked
# SPORK_API, or SPORK_QT_API in spork::qt, leaves a shared one; the macro comes from a generated <spork/export.hpp>.
function(spork_public_library target include_folder)
    spork_own_target(${target})
    string(REPLACE "spork" "" suffix "${target}")
    string(TOUPPER "${target}" upper_name)
    generate_export_header(${target}
        EXPORT_FILE_NAME ${target}-include/spork/export${suffix}.hpp
        EXPORT_MACRO_NAME ${upper_name}_API
        STATIC_DEFINE ${upper_name}_STATIC
        INCLUDE_GUARD_NAME ${upper_name}_EXPORT_HPP)
    if(NOT BUILD_SHARED_LIBS)
        target_compile_definitions(${target} PUBLIC ${upper_name}_STATIC)
    endif()
    target_include_directories(${target} PUBLIC
        $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/${include_folder}>
        $<BUILD_INTERFACE:${CMAKE_CURRENT_BINARY_DIR}/${target}-include>
        $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
    set_target_properties(${target} PROPERTIES
        CXX_VISIBILITY_PRESET hidden
        VISIBILITY_INLINES_HIDDEN ON
        POSITION_INDEPENDENT_CODE ON
        VERSION ${PROJECT_VERSION}
        SOVERSION ${PROJECT_VERSION_MAJOR})
    set_property(TARGET ${target} PROPERTY SPORK_INCLUDE_FOLDER ${include_folder})
endfunction()
