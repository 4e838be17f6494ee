@echo off
rem Builds the demos with MSVC, vcpkg having installed the libraries, and shows them side by side:
rem demos\run.cmd --help says which arguments there are.
setlocal
set "project=%~dp0.."
call "%project%\cmake\scripts\windows_tools.cmd" || exit /b 1
pushd "%project%" || exit /b 1
echo === building the preset windows-msvc (the first time vcpkg builds Qt Core: this takes a while)
cmake --preset windows-msvc && cmake --build --preset windows-msvc --target demos/all
set "status=%ERRORLEVEL%"
popd
if not "%status%" == "0" exit /b %status%
"%project%\build\windows-msvc\demos\side_by_side.exe" %*
exit /b %ERRORLEVEL%
