# Sourced by the other scripts. Finds Java, builds what is missing or out of date, and runs the braid command with the
# JVM flags of jvm.flags.

braid_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
braid_target="$braid_root/persistence/command/target"
# The classes of the command and of the libraries under it.
braid_classes="$braid_target/classes:$braid_root/persistence/target/classes:$braid_root/engine/target/classes"

fail() {
    echo "$(basename "$0"): $*" >&2
    exit 1
}

# Sets java and java_version, from JAVA_HOME if it is set, else from the PATH.
find_java() {
    if [[ -n "${JAVA_HOME:-}" ]]; then
        java="$JAVA_HOME/bin/java"
        [[ -x "$java" ]] || fail "JAVA_HOME is $JAVA_HOME, but there is no $java"
    else
        java=$(command -v java) || fail "no java found: install JDK 17 or newer, or set JAVA_HOME"
    fi
    local answer
    answer=$("$java" -version 2>&1) || fail "$java does not run: $answer"
    [[ "$answer" =~ version\ \"(1\.)?([0-9]+) ]] || fail "cannot tell the version of $java: $answer"
    java_version=${BASH_REMATCH[2]}
    ((java_version >= 17)) || fail "$java is version $java_version, but 17 or newer is needed"
}

# Folders are compared too, so that a deleted source counts as a change.
is_built() {
    [[ -f "$braid_target/built-by-scripts" && -f "$braid_target/class-path" ]] || return 1
    [[ -f "$braid_target/classes/dev/braid/command/BraidCommand.class" ]] || return 1
    [[ -f "$braid_root/engine/target/classes/dev/braid/engine/BraidEngine.class" ]] || return 1
    local changed library
    changed=$(find "$braid_root"/pom.xml "$braid_root"/{engine,persistence,persistence/command}/{pom.xml,src/main} \
        -newer "$braid_target/built-by-scripts")
    [[ -z "$changed" ]] || return 1
    while IFS= read -r -d : library; do
        [[ -e "$library" ]] || return 1
    done <<<"$(<"$braid_target/class-path"):"
}

# Standard input is the user's data, and standard output is for results: Maven gets neither.
build() {
    command -v mvn >/dev/null || fail "no mvn found: install Apache Maven 3.8 or newer"
    echo "Building Braid, which takes a moment ..." >&2
    touch "$braid_target/build-began"
    (
        cd "$braid_root"
        mvn -q -B -pl engine,persistence,persistence/command -Dbraid.main.only -Dspotless.check.skip=true process-classes
    ) </dev/null >"$braid_target/build.log" 2>&1 || {
        cat "$braid_target/build.log" >&2
        fail "the build failed"
    }
    mv "$braid_target/build-began" "$braid_target/built-by-scripts"
}

# Two scripts that start at the same time must not both build. Where there is no flock, they had better not.
build_if_needed() {
    is_built && return
    mkdir -p "$braid_target"
    (
        if command -v flock >/dev/null; then
            flock 9
        fi
        is_built || build
    ) 9>"$braid_target/build.lock"
}

# Java takes the encoding of arguments and file names from the locale, and the texts of the system's errors, of which the
# command has to know one.
set_locale() {
    local locale=${LC_ALL:-${LC_CTYPE:-${LANG:-}}}
    shopt -s nocasematch
    if [[ "$locale" != *utf-8 && "$locale" != *utf8 ]]; then
        locale=C.UTF-8
    fi
    shopt -u nocasematch
    unset LC_ALL
    export LC_CTYPE=$locale LC_MESSAGES=C 2>/dev/null # Bash would warn of a locale that is not installed.
}

# braid COMMAND [ARGUMENT]...: becomes the braid command.
braid() {
    find_java
    build_if_needed
    set_locale
    local flags=("@$braid_root/scripts/jvm.flags")
    if ((java_version >= 24)); then
        flags+=("@$braid_root/scripts/jvm-24.flags")
    fi
    local scripts
    scripts=$(dirname "$0")
    if [[ -L "$0" ]]; then
        scripts="$braid_root/scripts"
    fi
    flags+=("-Dbraid.scripts=$scripts" "-Dbraid.journals=$braid_target/journals")
    if [[ -t 2 ]]; then
        flags+=("-Dbraid.terminal=true")
    fi
    if [[ -t 1 ]]; then
        flags+=("-Dbraid.screen=true")
    fi
    local classes="$braid_classes:$(<"$braid_target/class-path")"
    exec "$java" "${flags[@]}" -cp "$classes" dev.braid.command.BraidCommand "$@"
}
