#!/usr/bin/env bash
# Kills FoodMart runs at random instants, resumes them until they are done, and checks that nothing shows. See --help.
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/build-common.sh"

usage() {
    cat <<'END'
Usage: crash-loop.sh [--rounds N] [--seed S] [--stdin] [--keep] [RUN OPTION]...
Runs the FoodMart job, kills it with -9 at a random instant up to 2.5 s after its first result is in the journal, resumes it, and so
on until it is done; then checks the totals, every sequence and the running count of every key, and begins anew, until it was
killed N times. The journal is verified after every kill, and each line tells how many results the killed run had written. A round
that hit nothing, because the run had ended or had written nothing, is told, does not count, and is repeated.
  --rounds N   how often to kill a run that writes, by default 20
  --seed S     of the random instants, by default from the clock; it is printed
  --stdin      feed records through standard input, which cannot be read again: the run has an input journal
  --keep       keep the last journal
RUN OPTIONs go to run.sh: --threads 2, --order sequence, --durability disk ...; --rate is 12000/s unless given.
Exit status: 0 all survived, 1 not, or 10 rounds in a row hit nothing; 2 wrong usage.
END
}

rounds=20
seed=$(($(date +%s) % 100000))
stdin=
keep=
rate=(--rate 12000/s)
options=()
while (($# > 0)); do
    case "$1" in
        --help | -h) usage; exit 0 ;;
        --rounds | --seed)
            [[ "${2:-}" =~ ^[0-9]{1,9}$ ]] || { echo "crash-loop.sh: $1 '${2:-}': must be a number" >&2; exit 2; }
            if [[ "$1" == --rounds ]]; then rounds=$((10#$2)); else seed=$((10#$2)); fi
            shift ;;
        --stdin) stdin=1 ;;
        --keep) keep=1 ;;
        --input | --journal | --summary | --resume | --input-journal)
            echo "crash-loop.sh: $1 is its own business" >&2; exit 2 ;;
        --rate) rate=(); options+=("$1") ;;
        *) options+=("$1") ;;
    esac
    shift
done

scripts="$braid_root/scripts"
records=86837
unit_sales=266773.0000
store_sales=565238.1300
find_java
build_if_needed
most_misses=10
most_seconds_to_first_result=300
work=$(mktemp -d "${TMPDIR:-/tmp}/braid-crash-loop.XXXXXX")
pid=
cleanup() {
    [[ -z "$pid" ]] || kill -9 "$pid" 2>/dev/null || true
    [[ -n "$keep" ]] || rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say() { echo "crash-loop: $*" >&2; }

survived=0
die() {
    say "$*"
    if [[ -s "$work/log" ]]; then
        tail -n 20 "$work/log" >&2
    fi
    keep=1
    say "failed with seed $seed after $survived of $rounds rounds survived; all is kept in $work"
    exit 1
}

# The records as lines, from the library that carries them.
foodmart_lines() {
    (cd "$work" && "$(dirname "$java")/jar" xf "$braid_target/lib/foodmart-data-json.jar" sales_fact_1997.json)
    [[ -s "$work/sales_fact_1997.json" ]] || die "no FoodMart records found on the class path"
}

# How many records the run has accepted: the source goes on after them.
accepted() {
    if [[ -d "$work/journal/input" ]]; then
        "$scripts/journal.sh" describe "$work/journal/input" --json 2>>"$work/log" |
            grep -o '"lastSequence":-\{0,1\}[0-9]*' | sed 's/.*://'
    else
        echo -1
    fi
}

start_run() {
    read_mark
    # Where no result followed its head, a segment may be begun anew.
    last_segment=$((frames > 1 ? segment : segment - 1))
    local common=(--journal "$work/journal" --summary "$work/summary" --resume --snapshot-every 5000 "${rate[@]}" "${options[@]}")
    : >"$work/log"
    if [[ -n "$stdin" ]]; then
        local last
        last=$(accepted) || die "the input journal cannot be described"
        tail -n "+$((last + 2))" "$work/sales_fact_1997.json" >"$work/rest"
        "$scripts/run.sh" --input - --format json --key store_id --sum unit_sales --sum store_sales \
            --group 'gold=8:11,13' --group 'silver=3:15,17,7' --group 'bronze=1:*' --input-journal process \
            "${common[@]}" <"$work/rest" >"$work/out" 2>"$work/log" &
    else
        "$scripts/run.sh" "${common[@]}" </dev/null >"$work/out" 2>"$work/log" &
    fi
    pid=$!
}

# Sets segment and frames to what the journal's mark says is acknowledged; see persistence/FORMAT.md. There, and not by a command, since
# a JVM would take longer to start than many a run takes.
read_mark() {
    local numbers position=-1
    segment=-1
    frames=0
    if [[ -s "$work/journal/journal.mark" ]]; then
        read -r -a numbers <<<"$(od -A n -v -t d8 -j 32 -N 32 "$work/journal/journal.mark" | tr '\n' ' ')"
        if ((~numbers[0] == numbers[1])); then position=${numbers[0]}; fi
        if ((~numbers[2] == numbers[3] && numbers[2] > position)); then position=${numbers[2]}; fi
        if ((position >= 0)); then
            segment=$((position >> 32))
            frames=$((position & 0xFFFFFFFF))
        fi
    fi
}

# Each run writes segments of its own, which begin with a head: after one frame more, a result is in the journal. False if the run
# ends before.
await_first_result() {
    local deadline=$((SECONDS + most_seconds_to_first_result))
    until read_mark && ((frames > 1 && segment > last_segment)); do
        kill -0 "$pid" 2>/dev/null || return 1
        ((SECONDS < deadline)) || die "no result within $most_seconds_to_first_result s"
        sleep 0.01
    done
}

# Sets status: 137 if it was killed.
await_end() {
    status=0
    wait "$pid" 2>/dev/null || status=$?
    pid=
}

# The first number of that name: those of the whole journal come before those of the groups.
field() { grep -o "\"$1\":\"\{0,1\}[0-9.]*" "$work/summary" | head -n 1 | sed 's/.*[:"]//'; }

expect() { [[ "$2" == "$3" ]] || die "$1: $2 instead of $3"; }

# Every sequence once, in order, and for every key a count that goes up by one.
check_job() {
    expect records "$(field records)" $records
    expect processed "$(field processed)" $records
    expect "low watermark" "$(field lowWatermark)" $((records - 1))
    expect "unit sales" "$(field unit_sales)" $unit_sales
    expect "store sales" "$(field store_sales)" $store_sales
    "$scripts/replay.sh" "$work/journal" --order sequence --format json 2>>"$work/log" | awk -v records=$records '
        {
            if (!match($0, /"sequence":[0-9]+/) || substr($0, RSTART + 11, RLENGTH - 11) + 0 != NR - 1) {
                print "sequence " NR - 1 " is not in its place: " $0; bad = 1; exit 1
            }
            match($0, /"key":"[^"]*"/); key = substr($0, RSTART, RLENGTH)
            match($0, /"count":[0-9]+/); count = substr($0, RSTART + 8, RLENGTH - 8) + 0
            if (count != ++counts[key]) {
                print "the count of " key " is broken: " $0; bad = 1; exit 1
            }
        }
        END {
            if (!bad && NR != records) { print NR " results instead of " records; bad = 1 }
            exit bad
        }' >>"$work/log" || die "the results are not what they should be"
}

# Sets results to how many there are in the journal.
verify() {
    local journal
    for journal in "$work/journal/input" "$work/journal"; do
        if [[ -e "$journal/manifest" ]]; then
            "$scripts/journal.sh" verify "$journal" --json >"$work/verified" 2>>"$work/log" || die "$journal is damaged"
            cat "$work/verified" >>"$work/log"
            results=$(grep -o '"results":[0-9]*' "$work/verified" | head -n 1 | sed 's/.*://')
        fi
    done
}

RANDOM=$seed
jobs=0
[[ -z "$stdin" ]] || foodmart_lines
say "seed $seed, $rounds rounds${options[*]:+, run.sh ${options[*]}}${stdin:+, standard input and an input journal}"
misses=0
# A round that hit nothing: told, not counted, and never repeated without end.
miss() {
    misses=$((misses + 1))
    say "round $((survived + 1))/$rounds hit nothing and is repeated: $1"
    ((misses < most_misses)) || die "$misses rounds in a row hit nothing: choose a lower --rate"
}

# Kills the run at a random instant after its first result, and tells when that was.
kill_run() {
    await_first_result || return 0
    millis=$((RANDOM % 2500))
    sleep "$((millis / 1000)).$(printf %03d $((millis % 1000)))"
    kill -9 "$pid" 2>/dev/null || true
}

while ((survived < rounds)); do
    rm -rf "$work/journal"
    results=0
    while :; do
        start_run
        to_be_killed=
        if ((survived < rounds)); then
            to_be_killed=1
            kill_run
        fi
        await_end
        if ((status == 0)); then
            [[ -z "$to_be_killed" ]] || miss "the run ended before it was killed"
            break
        elif ((status != 137)); then
            die "the run ended with status $status"
        fi
        before=$results
        verify
        if ((results == before)); then
            miss "the run had written no result"
            continue
        fi
        misses=0
        survived=$((survived + 1))
        say "round $survived/$rounds: killed $millis ms after its first result, with $((results - before)) results of $results in the" \
            "journal, which is good"
    done
    check_job
    jobs=$((jobs + 1))
    say "job $jobs is done: $records results, unit sales $unit_sales, store sales $store_sales"
done
say "$survived of $rounds rounds survived, $jobs jobs completed, seed $seed"
