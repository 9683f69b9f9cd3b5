#!/usr/bin/env bash
# Lets journals suffer what may happen to them, and checks that nothing is lost. See torture.sh --help.
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/java-common.sh"

find_java
command -v mvn >/dev/null || fail "no mvn found: install Apache Maven 3.8 or newer"
echo "Building Braid's tests, which takes a moment ..." >&2
mkdir -p "$braid_target"
(cd "$braid_root" && mvn -q -B -pl engine,persistence,persistence/command -Dspotless.check.skip=true test-compile process-test-classes) \
    </dev/null >"$braid_target/torture-build.log" 2>&1 || {
    cat "$braid_target/torture-build.log" >&2
    fail "the build failed"
}
set_locale
flags=("@$braid_root/scripts/jvm.flags")
if ((java_version >= 24)); then
    flags+=("@$braid_root/scripts/jvm-24.flags")
fi
if [[ " $* " == *" --fuzz "* ]]; then
    flags+=(-XX:TieredStopAtLevel=1 -XX:+UseSerialGC) # Much runs a few times: C2 took almost half of the processor.
fi
flags+=(-Dorg.slf4j.simpleLogger.defaultLogLevel=error) # Chronicle Queue says how long it took to map a file.
classes="$braid_target/test-classes:$braid_root/persistence/target/test-classes:$braid_classes:$(<"$braid_target/test-class-path")"
exec "$java" "${flags[@]}" "-Dbraid.jvm.flags=${flags[*]}" -cp "$classes" dev.braid.command.TortureCommand "$@"
