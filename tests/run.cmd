@echo off
rem Runs spork's tests on Windows with MSVC; vcpkg installs the libraries first.
rem
rem   tests\run.cmd [any arguments of ctest]
setlocal
set "project=%~dp0.."
call "%project%\cmake\scripts\windows_tools.cmd" || exit /b 1
pushd "%project%" || exit /b 1
echo === building the preset windows-msvc (the first time vcpkg builds Qt Core and Test: this takes a while)
cmake --preset windows-msvc && cmake --build --preset windows-msvc && ctest --preset windows-msvc --parallel %NUMBER_OF_PROCESSORS% %*
set "status=%ERRORLEVEL%"
popd
exit /b %status%
