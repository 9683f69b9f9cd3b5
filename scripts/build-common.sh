# Sourced by the scripts. Builds what is missing or out of date, and runs the braid command from what was built.

braid_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
braid_target="$braid_root/persistence/command/target"
# The classes of the command and of the libraries under it.
braid_classes="$braid_target/classes:$braid_root/persistence/target/classes:$braid_root/engine/target/classes"

source "$braid_root/scripts/java-common.sh"
check_no_colon "$braid_root"

# Folders are compared too, so that a deleted source counts as a change.
is_built() {
    [[ -f "$braid_target/built-by-scripts" && -d "$braid_target/lib" ]] || return 1
    [[ -f "$braid_target/classes/dev/braid/command/BraidCommand.class" ]] || return 1
    [[ -f "$braid_root/engine/target/classes/dev/braid/engine/BraidEngine.class" ]] || return 1
    local changed
    changed=$(find "$braid_root"/pom.xml "$braid_root"/{engine,persistence,persistence/command}/{pom.xml,src/main} \
        -newer "$braid_target/built-by-scripts")
    [[ -z "$changed" ]]
}

# maven LOG [ARGUMENT]...: runs Maven in the project, and tells how long it has been at it. Standard input is the user's data, and
# standard output is for results: Maven gets neither. What it says is shown if it fails.
maven() {
    local log=$1
    shift
    command -v mvn >/dev/null || fail "no mvn found: install Apache Maven 3.8 or newer"
    (cd "$braid_root" && exec mvn -q -B "$@") </dev/null >"$log" 2>&1 &
    local build=$! seconds=0 status=0
    while sleep 1 && kill -0 "$build" 2>/dev/null; do
        seconds=$((seconds + 1))
        if [[ -t 2 ]]; then
            printf '\r%d s' "$seconds" >&2
        elif ((seconds % 30 == 0)); then
            echo "still building after $seconds s" >&2
        fi
    done
    [[ ! -t 2 ]] || printf '\r' >&2
    wait "$build" || status=$?
    if ((status != 0)); then
        cat "$log" >&2
        fail "the build failed"
    fi
}

build() {
    echo "Building Braid, which takes some 15 s; the first time, Maven fetches libraries ..." >&2
    touch "$braid_target/build-began"
    maven "$braid_target/build.log" \
        -pl engine,persistence,persistence/command -Dbraid.main.only -Dspotless.check.skip=true process-classes
    mv "$braid_target/build-began" "$braid_target/built-by-scripts"
}

# Two scripts that start at the same time must not both build. Where there is no flock, they had better not. What is built
# needs nothing else: another user can run it, and from a disk that cannot be written.
build_if_needed() {
    is_built && return
    if ! mkdir -p "$braid_target" 2>/dev/null || [[ ! -w "$braid_target" ]]; then
        fail "Braid is not built, or not as its sources are now, and $braid_target cannot be written: let its owner run a script"
    fi
    (
        if command -v flock >/dev/null; then
            flock 9
        fi
        is_built || build
    ) 9>"$braid_target/build.lock"
}

# Whether the arguments ask for help alone, which needs no build.
asks_for_help() {
    local argument
    for argument in "$@"; do
        if [[ "$argument" == --help || "$argument" == -h ]]; then
            return 0
        fi
    done
    return 1
}

# show_help COMMAND [ARGUMENT]...: the help as it was when it was written down, of the subcommand if there is one.
show_help() {
    local text="$braid_root/scripts/help/$1"
    if [[ -f "$text-${2:-}.txt" ]]; then
        text="$text-$2"
    fi
    local line usage="^Usage: (braid )?$1(\.sh)?(.*)"
    while IFS= read -r line; do
        if [[ "$line" =~ $usage ]]; then
            line="Usage: $0${BASH_REMATCH[3]}"
        fi
        printf '%s\n' "$line" || fail "cannot write the help"
    done <"$text.txt"
}

# braid COMMAND [ARGUMENT]...: becomes the braid command.
braid() {
    if asks_for_help "$@" && ! is_built; then
        show_help "$@"
        exit 0
    fi
    find_java
    build_if_needed
    set_locale
    set_flags "$braid_root/scripts"
    local scripts
    scripts=$(dirname "$0")
    if [[ -L "$0" ]]; then
        scripts="$braid_root/scripts"
    fi
    flags+=("-Dbraid.scripts=$scripts" "-Dbraid.journals=$braid_target/journals")
    start_braid "$braid_classes:$braid_target/lib/*" "$@"
}
