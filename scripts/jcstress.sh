#!/usr/bin/env bash
# Tries the engine's hand-overs between threads with jcstress: closing against publishing, waking, ring and credit, batches to
# workers and back, results to the merge and cells back. Takes the options of jcstress, such as
#   -m MODE    how long: sanity (a minute), quick (the default: a quarter of an hour on two idle cores), default, tough
#   -t REGEX   the tests whose name matches
#   -h         all of them
# Exit status: 0 done, 1 a forbidden outcome was seen, or the tests could not be run.
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/build-common.sh"

find_java
stress_target="$braid_root/bench/jcstress/target"
echo "Building the stress tests, which takes a moment ..." >&2
mkdir -p "$stress_target"
maven "$stress_target/build.log" -Pjcstress -pl engine,bench/jcstress -Dspotless.check.skip=true process-classes
set_locale
set_flags "$braid_root/scripts"
mode=(-m quick)
for option in "$@"; do
    if [[ "$option" == -m ]]; then
        mode=()
    fi
done
cd "$stress_target" # Where it leaves its results.
exec "$java" "${flags[@]}" -cp "$stress_target/classes:$(<"$stress_target/class-path")" \
    org.openjdk.jcstress.Main -r "$stress_target/results" "${mode[@]}" "$@"
