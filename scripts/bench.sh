#!/usr/bin/env bash
# Measures the pipeline: throughput against bare Disruptors with JMH, shares, and isolation. See bench.sh --help.
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/java-common.sh"

usage() {
    cat <<EOF
Usage: $0 throughput [--quick] [JMH OPTION]...
       $0 fairness [--quick] [--json FILE] [--case NAME]
       $0 isolation [--quick] [--json FILE]

throughput: records per second through the whole pipeline without a journal, for 8 and 4,096 sub-streams, side by side with a
bare Disruptor diamond of 8 filtering handlers and with one bare handler; and the bytes allocated per record.

  --quick   A smoke test of under a minute: one short run of each.

Everything else of throughput goes to JMH: -h lists its options, -rff FILE -rf json writes the results to a file.

fairness: shares of groups that always have work, with real threads, against what their weights promise. The status is
1 if a share is off by more than 0.01, or a group was ever further ahead of its due than its largest batch.

isolation: the 99th percentile of the latency of gold, at 20 % load, alone and while bronze floods the engine. The status
is 1 if it grows to more than 3 times what it was plus one bronze batch, or if a gold record was refused.

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

bench=${1:-}
case "$bench" in
    throughput | fairness | isolation) shift ;;
    -h | --help) usage && exit 0 ;;
    *) usage >&2 && echo "$0: not a benchmark: '${1:-}'" >&2 && exit 2 ;;
esac
find_java
build_bench
flags="@$braid_root/scripts/jvm.flags"
if ((java_version >= 24)); then
    flags+=" @$braid_root/scripts/jvm-24.flags"
fi
classes="$braid_root/bench/target/classes:$(<"$braid_root/bench/target/class-path")"
# shellcheck disable=SC2086 # Two arguments where there are two files.
if [[ "$bench" != throughput ]]; then
    exec "$java" $flags -cp "$classes" dev.braid.bench.BenchCommand "$bench" "$@"
fi
options=()
if [[ "${1:-}" == --quick ]]; then
    shift
    options=(-f 1 -wi 2 -i 3 -w 1 -r 1)
fi
# shellcheck disable=SC2086
exec "$java" $flags -cp "$classes" \
    org.openjdk.jmh.Main -jvmArgs "$flags" -prof gc "${options[@]}" "$@" PipelineBenchmark
