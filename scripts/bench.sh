#!/usr/bin/env bash
# Measures Braid and what one would use otherwise, and writes reports. See bench.sh --help.
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/java-common.sh"

is_bench_built() {
    local built="$braid_root/bench/target/built-by-scripts"
    [[ -f "$built" && -f "$braid_root/bench/target/class-path" ]] || return 1
    [[ -z "$(find "$braid_root"/pom.xml "$braid_root"/{engine,persistence,bench}/{pom.xml,src/main} -newer "$built")" ]]
}

# What changes while it is being built counts as changed.
build_bench() {
    command -v mvn >/dev/null || fail "no mvn found: install Apache Maven 3.8 or newer"
    echo "Building the benchmarks, which takes a moment ..." >&2
    local target="$braid_root/bench/target"
    mkdir -p "$target"
    touch "$target/build-began"
    (cd "$braid_root" && mvn -q -B -Dspotless.check.skip=true test-compile) </dev/null >"$target/build.log" 2>&1 || {
        cat "$target/build.log" >&2
        fail "the build failed"
    }
    mv "$target/build-began" "$target/built-by-scripts"
}

find_java
is_bench_built || build_bench
set_locale
flags=("@$braid_root/scripts/jvm.flags")
if ((java_version >= 24)); then
    flags+=("@$braid_root/scripts/jvm-24.flags")
fi
classes="$braid_root/bench/target/classes:$(<"$braid_root/bench/target/class-path")"
exec "$java" "${flags[@]}" -cp "$classes" dev.braid.bench.BenchCommand "$@"
