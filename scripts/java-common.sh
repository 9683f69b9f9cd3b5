# Sourced by the scripts, and by bin/braid of the distribution. Finds Java and starts the braid command with the JVM flags of
# jvm.flags, which are beside this file.

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

# set_flags FOLDER: sets flags to the JVM flags that are written down in FOLDER, and to those of the user's, BRAID_JAVA_OPTS.
set_flags() {
    flags=("@$1/jvm.flags")
    if ((java_version >= 24)); then
        flags+=("@$1/jvm-24.flags")
    fi
    local own
    IFS=$' \t\n' read -r -d '' -a own <<<"${BRAID_JAVA_OPTS:-}" || true # Its end is no NUL.
    flags+=(${own[@]+"${own[@]}"})
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

# The folder's name goes into a class path, in which a colon separates.
check_no_colon() {
    if [[ "$1" == *:* ]]; then
        echo "$(basename "$0"): Java cannot be started from a folder with a colon in its path: $1" >&2
        exit 2
    fi
}

# start_braid CLASS_PATH [ARGUMENT]...: becomes the braid command, with flags.
start_braid() {
    local class_path=$1
    shift
    if [[ -t 2 ]]; then
        flags+=("-Dbraid.terminal=true")
    fi
    if [[ -t 1 ]]; then
        flags+=("-Dbraid.screen=true")
    fi
    exec "$java" "${flags[@]}" -cp "$class_path" dev.braid.command.BraidCommand "$@"
}
