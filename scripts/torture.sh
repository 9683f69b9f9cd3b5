#!/usr/bin/env bash
# Lets journals suffer what may happen to them, and checks that nothing is lost. See torture.sh --help.
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/build-common.sh"

if asks_for_help "$@"; then
    show_help torture
    exit 0
fi
find_java
echo "Building Braid's tests, which takes some 30 s ..." >&2
mkdir -p "$braid_target"
maven "$braid_target/torture-build.log" -pl engine,persistence,persistence/command -Dspotless.check.skip=true \
    test-compile process-test-classes
set_locale
set_flags "$braid_root/scripts"
if [[ " $* " == *" --fuzz "* ]]; then
    flags+=(-XX:TieredStopAtLevel=1 -XX:+UseSerialGC) # Much runs a few times: C2 took almost half of the processor.
fi
flags+=(-Dorg.slf4j.simpleLogger.defaultLogLevel=error) # Chronicle Queue says how long it took to map a file.
classes="$braid_target/test-classes:$braid_root/persistence/target/test-classes:$braid_classes:$(<"$braid_target/test-class-path")"
exec "$java" "${flags[@]}" "-Dbraid.jvm.flags=${flags[*]}" -cp "$classes" dev.braid.command.TortureCommand "$@"
