#!/usr/bin/env bash
# Measures Braid and the usual alternatives, and writes reports. See bench.sh --help.
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/build-common.sh"

is_bench_built() {
    local built="$braid_root/bench/target/built-by-scripts"
    [[ -f "$built" && -f "$braid_root/bench/target/class-path" ]] || return 1
    [[ -z "$(find "$braid_root"/pom.xml "$braid_root"/{engine,persistence,bench}/{pom.xml,src/main} -newer "$built")" ]]
}

# What changes while it is being built counts as changed.
build_bench() {
    echo "Building the benchmarks, which takes some 30 s ..." >&2
    local target="$braid_root/bench/target"
    mkdir -p "$target"
    touch "$target/build-began"
    maven "$target/build.log" -Dspotless.check.skip=true test-compile
    mv "$target/build-began" "$target/built-by-scripts"
}

if asks_for_help "$@" && ! is_bench_built; then
    show_help bench "$@"
    exit 0
fi
find_java
is_bench_built || build_bench
set_locale
set_flags "$braid_root/scripts"
classes="$braid_root/bench/target/classes:$(<"$braid_root/bench/target/class-path")"
exec "$java" "${flags[@]}" -cp "$classes" dev.braid.bench.BenchCommand "$@"
