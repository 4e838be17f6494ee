@rem Called by tests\run.cmd and demos\run.cmd: finds MSVC, CMake and Ninja (all come with Visual Studio 2022) and vcpkg,
@rem which is cloned when it is not there. Leaves them in PATH and VCPKG_ROOT. vcpkg.json names the libraries.

if defined VSCMD_VER goto :vcpkg
set "vswhere=%ProgramFiles(x86)%\Microsoft Visual Studio\Installer\vswhere.exe"
if not exist "%vswhere%" goto :no_msvc
set "visual_studio="
for /f "usebackq delims=" %%i in (`"%vswhere%" -latest -products * -requires Microsoft.VisualStudio.Component.VC.Tools.x86.x64 -property installationPath`) do set "visual_studio=%%i"
if not defined visual_studio goto :no_msvc
rem Visual Studio has a vcpkg of its own and would point VCPKG_ROOT at it: the caller's choice goes before.
set "chosen_vcpkg=%VCPKG_ROOT%"
call "%visual_studio%\VC\Auxiliary\Build\vcvars64.bat" || exit /b 1
set "VCPKG_ROOT=%chosen_vcpkg%"

:vcpkg
if not defined VCPKG_ROOT set "VCPKG_ROOT=%VCPKG_INSTALLATION_ROOT%"
if not defined VCPKG_ROOT set "VCPKG_ROOT=%LOCALAPPDATA%\spork\vcpkg"
if exist "%VCPKG_ROOT%\vcpkg.exe" exit /b 0
echo installing vcpkg in %VCPKG_ROOT%
if not exist "%VCPKG_ROOT%\bootstrap-vcpkg.bat" git clone https://github.com/microsoft/vcpkg "%VCPKG_ROOT%" || exit /b 1
call "%VCPKG_ROOT%\bootstrap-vcpkg.bat" -disableMetrics
exit /b %ERRORLEVEL%

:no_msvc
echo No MSVC here. Install Visual Studio 2022 or its Build Tools with "Desktop development with C++" and try again.
exit /b 1
