#!/usr/bin/env bash
# Measures Braid and what one would use otherwise, and writes reports. See bench.sh --help.
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/java-common.sh"

build_bench() {
    local built="$braid_root/bench/target/built-by-scripts"
    if [[ -f "$built" && -z "$(find "$braid_root"/pom.xml "$braid_root"/{engine,persistence,bench}/{pom.xml,src/main} -newer "$built")" ]]; then
        return
    fi
    command -v mvn >/dev/null || fail "no mvn found: install Apache Maven 3.8 or newer"
    echo "Building the benchmarks, which takes a moment ..." >&2
    (cd "$braid_root" && mvn -q -B -Dspotless.check.skip=true process-classes) </dev/null >&2
    touch "$built"
}

find_java
build_bench
set_locale
flags=("@$braid_root/scripts/jvm.flags")
if ((java_version >= 24)); then
    flags+=("@$braid_root/scripts/jvm-24.flags")
fi
classes="$braid_root/bench/target/classes:$(<"$braid_root/bench/target/class-path")"
exec "$java" "${flags[@]}" -cp "$classes" dev.braid.bench.BenchCommand "$@"
