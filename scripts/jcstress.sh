#!/usr/bin/env bash
# Tries the engine's hand-overs between threads with jcstress, which needs some minutes: closing against publishing, waking,
# ring and credit, batches to workers and back, results to the merge and cells back. Takes the options of jcstress, such as
#   -m quick   fewer and shorter runs
#   -t REGEX   the tests whose name matches
#   -h         all of them
# Exit status: 0 done, 1 a forbidden outcome was seen, or the tests could not be run.
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/java-common.sh"

find_java
command -v mvn >/dev/null || fail "no mvn found: install Apache Maven 3.8 or newer"
stress_target="$braid_root/bench/jcstress/target"
echo "Building the stress tests, which takes a moment ..." >&2
mkdir -p "$stress_target"
(cd "$braid_root" && mvn -q -B -Pjcstress -pl engine,bench/jcstress -Dspotless.check.skip=true process-classes) \
    </dev/null >"$stress_target/build.log" 2>&1 || {
    cat "$stress_target/build.log" >&2
    fail "the build failed"
}
set_locale
flags=("@$braid_root/scripts/jvm.flags")
if ((java_version >= 24)); then
    flags+=("@$braid_root/scripts/jvm-24.flags")
fi
cd "$stress_target" # Where it leaves its results.
exec "$java" "${flags[@]}" -cp "$stress_target/classes:$(<"$stress_target/class-path")" \
    org.openjdk.jcstress.Main -r "$stress_target/results" "$@"
