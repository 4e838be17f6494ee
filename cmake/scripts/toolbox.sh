# shellcheck shell=bash disable=SC2034  # what is set here is used by the scripts that source it
# Shell functions that tests/run and demos/run share: what a machine needs, and building a preset. Sourced, not run.
# Written for bash 3.2 too, which is what macOS has.

set -euo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
toolchains=$project/cmake/toolchains
system=$(uname -s)

say() { printf '\n=== %s\n' "$*"; }

die() {
    printf '%s: %s\n' "$0" "$*" >&2
    exit 1
}

have() { command -v "$1" > /dev/null 2>&1; }

case $system in
    Linux) native_preset=linux ;;
    Darwin) native_preset=macos ;;
    *) die "no preset for $system here; on Windows use the script of the same name that ends in .cmd" ;;
esac

jobs=$(getconf _NPROCESSORS_ONLN)

# A compiler cache is used where there is one, and not asked for.
if have ccache; then
    export CMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER:-ccache}
fi

# --- what a machine needs ---------------------------------------------------------------------------------------------

missing=()

# need WHAT PACKAGE...: notes the Debian packages unless WHAT, a program or a pattern of paths, is there.
need() {
    local what=$1 path
    shift
    case $what in
        /*) for path in $what; do [ ! -e "$path" ] || return 0; done ;;
        *) ! have "$what" || return 0 ;;
    esac
    missing+=("$@")
}

needed_for_native() {
    need g++ g++
    need cmake cmake
    need ninja ninja-build
    need /usr/include/boost/pfr.hpp boost-headers
    need /usr/include/cereal/cereal.hpp libcereal-dev
    need '/usr/lib/*/cmake/Qt6Test/Qt6TestConfig.cmake' qt6-base-dev
    need python3 python3  # a test shares memory with its multiprocessing
}

needed_for_portable() {
    needed_for_native
}

needed_for_windows() {
    needed_for_native
    need x86_64-w64-mingw32-g++-posix g++-mingw-w64-x86-64-posix
    need wine wine wine64
    need xz xz-utils
    need perl perl
}

needed_for_macos() {
    needed_for_native
    [ -x "${XDG_CACHE_HOME:-$HOME/.cache}/spork/zig/zig" ] || need npm npm
}

needed_for_sanitize() {
    needed_for_native
    need clang++ clang
    need '/usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.asan-*.a' libclang-rt-dev
    need llvm-symbolizer llvm  # else the reports name no function
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif have sudo; then
        sudo "$@"
    else
        die "this needs root, and there is no sudo: $*"
    fi
}

install_with_apt() {
    have apt-get || die "missing here: ${missing[*]} (names of Debian packages). Install them and try again."
    say "updating the list of packages"
    as_root apt-get update -q
    # Debian 12's own choice of Boost is older than Boost.PFR.
    local boost=libboost-dev packages
    if apt-cache show libboost1.81-dev > /dev/null 2>&1; then
        boost=libboost1.81-dev
    fi
    packages=("${missing[@]/#boost-headers/$boost}")
    say "installing Debian packages: ${packages[*]}"
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -q -y --no-install-recommends -o Dpkg::Use-Pty=0 "${packages[@]}"
}

install_with_brew() {
    local formula formulas=()
    have brew || die "Homebrew is not there; install it, or cmake, ninja, qt, boost and cereal by hand"
    for formula in cmake ninja qt boost cereal; do
        brew list --versions "$formula" > /dev/null || formulas+=("$formula")
    done
    if [ ${#formulas[@]} -gt 0 ]; then
        say "installing with brew: ${formulas[*]}"
        brew install "${formulas[@]}"
    fi
}

# provide PART: installs what native, portable, windows, macos or sanitize needs. Quick and silent when nothing is missing.
provide() {
    if [ "$system" = Darwin ]; then
        [ "$1" = native ] || die "the part $1 runs on Linux only"
        install_with_brew
        return
    fi
    missing=()
    "needed_for_$1"
    if [ ${#missing[@]} -gt 0 ]; then
        install_with_apt
    fi
    case $1 in
        windows)
            "$toolchains/build-qt6-mingw"
            # Makes Wine's own folder, which takes longer than a test or a demo may.
            say "starting Wine"
            "$toolchains/wine-run" cmd /c ver
            ;;
        macos) "$toolchains/get-zig" ;;
    esac
}

# --- building ---------------------------------------------------------------------------------------------------------

# build PRESET [TARGET...]
build() {
    local preset=$1 target targets=()
    shift
    for target in "$@"; do
        targets+=(--target "$target")
    done
    say "building the preset $preset"
    mkdir -p "$project/build"
    local log=$project/build/$preset.configure.log
    if ! (cd "$project" && cmake --preset "$preset") > "$log" 2>&1; then
        cat "$log" >&2
        die "cannot configure the preset $preset; the messages above are in $log too"
    fi
    (cd "$project" && cmake --build --preset "$preset" --parallel "$jobs" ${targets[@]+"${targets[@]}"})
}
