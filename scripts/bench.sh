#!/usr/bin/env bash
# Measures the pipeline against bare Disruptors with JMH. See bench.sh --help.
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/java-common.sh"

usage() {
    cat <<EOF
Usage: $0 throughput [--quick] [JMH OPTION]...
Records per second through the whole pipeline without a journal, for 8 and 4,096 sub-streams, side by side with a
bare Disruptor diamond of 8 filtering handlers and with one bare handler; and the bytes allocated per record.

  --quick   A smoke test of under a minute: one short run of each.

Everything else goes to JMH: -h lists its options, -rff FILE -rf json writes the results to a file.
Run it on a quiet machine: with fewer cores than busy threads the figures say little.
EOF
}

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

case "${1:-}" in
    throughput) shift ;;
    -h | --help) usage && exit 0 ;;
    *) usage >&2 && echo "$0: not a benchmark: '${1:-}'" >&2 && exit 2 ;;
esac
options=()
if [[ "${1:-}" == --quick ]]; then
    shift
    options=(-f 1 -wi 2 -i 3 -w 1 -r 1)
fi
find_java
build_bench
flags="@$braid_root/scripts/jvm.flags"
if ((java_version >= 24)); then
    flags+=" @$braid_root/scripts/jvm-24.flags"
fi
# shellcheck disable=SC2086 # Two arguments where there are two files.
exec "$java" $flags -cp "$braid_root/bench/target/classes:$(<"$braid_root/bench/target/class-path")" \
    org.openjdk.jmh.Main -jvmArgs "$flags" -prof gc "${options[@]}" "$@" PipelineBenchmark
