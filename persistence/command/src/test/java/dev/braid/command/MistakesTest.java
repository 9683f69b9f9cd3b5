package dev.braid.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What people get wrong, with all that they are told of it, word by word, and the exit status. */
class MistakesTest {
    private static final String INPUT = "k,n\nann,1\n";

    /** Stands for "", an argument without a character. */
    private static final String EMPTY = "\0";

    /** A command line, and indented the status and each line on standard error; but for the one that names the help. */
    private static final String MISTAKES = """
            run --nonsense
              2 braid run: --nonsense: no such option
            run --journal --resme
              2 braid run: --journal needs a value: DIR; --journal=--resme gives it that value; did you mean --resume?
            run --input - --group --nonsense=1:*
              2 braid run: --group needs a value: NAME=WEIGHT:KEYS; --group=--nonsense=1:* gives it that value
            journal verify . --input-journal --jsn
              2 braid journal verify: --input-journal needs a value: DIR; --input-journal=--jsn gives it that value; did you mean --json?
            run surplus
              2 braid run: 'surplus': one argument too many
            run --input absent.json --key k
              2 braid run: --input absent.json: no such file
            run --input . --format json --key k
              2 braid run: --input .: is a folder
            run --input absent.jar!/x.json --key k
              2 braid run: --input absent.jar!/x.json: no such file: absent.jar
            run --input - --format xml
              2 braid run: --format 'xml': must be json, csv or lines
            run --input - --format json
              2 braid run: --format json needs --key or --key-regex
            run --input - --format csv
              2 braid run: --format csv needs --key or --key-regex
            run --format csv
              2 braid run: --format csv needs --input: FoodMart is json
            run --input - --key k
              2 braid run: --key 'k': lines have no fields; use --key-regex, or --format json or csv
            run --input - --sum n
              2 braid run: --sum 'n': lines have no fields; use --format json or csv
            run --input - --format json --key k --key-regex x
              2 braid run: --key 'k' and --key-regex exclude each other
            run --input - --key-regex (
              2 braid run: --key-regex '(': missing closing ) at '('; the syntax is RE2's, without back references and look-around
            run --sum n --sum n
              2 braid run: --sum 'n' is given twice
            run --group gold
              2 braid run: --group 'gold': must be NAME=WEIGHT:KEY,KEY... or NAME=WEIGHT:*
            run --group gold=8
              2 braid run: --group 'gold=8': must be NAME=WEIGHT:KEY,KEY... or NAME=WEIGHT:*
            run --group =8:a
              2 braid run: --group '=8:a': the name is missing: it must be NAME=WEIGHT:KEY,KEY... or NAME=WEIGHT:*
            run --group gold=0:a
              2 braid run: --group 'gold=0:a': the weight must be a whole number, 1 to 1048576: '0'
            run --group gold=-1:a
              2 braid run: --group 'gold=-1:a': the weight must be a whole number, 1 to 1048576: '-1'
            run --group gold=much:a
              2 braid run: --group 'gold=much:a': the weight must be a whole number, 1 to 1048576: 'much'
            run --group gold=99999999999:a
              2 braid run: --group 'gold=99999999999:a': the weight must be a whole number, 1 to 1048576: '99999999999'
            run --group gold=8:
              2 braid run: --group 'gold=8:': a key is empty: it must be NAME=WEIGHT:KEY,KEY... or NAME=WEIGHT:*
            run --group gold=8:a,,b
              2 braid run: --group 'gold=8:a,,b': a key is empty: it must be NAME=WEIGHT:KEY,KEY... or NAME=WEIGHT:*
            run --group gold=8:a,*
              2 braid run: --group 'gold=8:a,*': '*' must stand alone: give the keys a group of their own
            run --group a=1:x --group b=1:x
              2 braid run: key 'x' is given twice: in group 'a' and in group 'b'
            run --group a=1:x,x
              2 braid run: key 'x' is given twice: in group 'a' and in group 'a'
            run --group a=1:x --group a=1:y
              2 braid run: two groups have the name 'a'
            run --group a=1:* --group b=1:*
              2 braid run: --group 'b=1:*': another group has '*' already
            run --group %s=1:a
              2 braid run: --group '%s...': the name has 300 bytes, more than 256
            run --order random
              2 braid run: --order 'random': must be weighted or sequence
            run --threads many
              2 braid run: --threads 'many': must be shared, invoker or a number of workers, 1 to 1024
            run --threads 0
              2 braid run: --threads '0': must be shared, invoker or a number of workers, 1 to 1024
            run --threads 1025
              2 braid run: --threads '1025': must be shared, invoker or a number of workers, 1 to 1024
            run --snapshot-every -1
              2 braid run: --snapshot-every -1: must not be negative
            run --durability maybe
              2 braid run: --durability 'maybe': must be process or disk
            run --rate fast
              2 braid run: --rate 'fast': must be a positive number of records, as 5000/s
            run --rate 0/s
              2 braid run: --rate '0/s': must be a positive number of records, as 5000/s
            run --rate -5
              2 braid run: --rate '-5': must be a positive number of records, as 5000/s
            run --summary .
              2 braid run: --summary .: is a folder
            replay
              2 braid replay: DIR is missing
            replay absent
              2 braid replay: absent: no such folder
            replay .
              2 braid replay: .: is not a journal
            replay . --format xml
              2 braid replay: --format 'xml': must be json, csv, raw or count
            replay . --order random
              2 braid replay: --order 'random': must be sequence or journal
            replay . --from-sequence x
              2 braid replay: --from-sequence 'x': must be a whole number
            replay . --from-sequence -1
              2 braid replay: --from-sequence -1: must not be negative
            replay . --from-sequence 5 --to-sequence 4
              2 braid replay: --to-sequence 4: must not be below the first, 5
            replay . --pace slow
              2 braid replay: --pace 'slow': must be a number
            journal
              2 braid journal: Missing command: describe, verify, dump, recovery-plan, salvage, retain, compare or backup
            journal mend .
              2 braid journal: 'mend': no such command; there are describe, verify, dump, recovery-plan, salvage, retain, compare, backup
            journal describe absent
              2 braid journal describe: absent: no such folder
            journal verify .
              2 braid journal verify: .: is not a journal
            stat
              2 braid stat: DIR is missing
            stat absent
              2 braid stat: absent: no such file or folder
            stat .
              2 braid stat: .: has no counters.dat, so no engine keeps its counters there
            stat . --interval 0
              2 braid stat: --interval 0.0: must be a positive number of seconds
            stat . --interval soon
              2 braid stat: --interval 'soon': must be a number
            stat . --count 0
              2 braid stat: --count 0: must be at least 1
            nonsense
              2 braid: 'nonsense': no such command; there are journal, replay, run, stat
            run --sumary x
              2 braid run: --sumary: no such option; did you mean --summary?
            run --inputs x
              2 braid run: --inputs: no such option; did you mean --input?
            run -input x
              2 braid run: -input: no such option; did you mean --input?
            run --Key k
              2 braid run: --Key: no such option; did you mean --key?
            run --nonsense --more 5 extra
              2 braid run: --nonsense: no such option
              2 braid run: --more: no such option
              2 braid run: 'extra': one argument too many
            run --input
              2 braid run: --input needs a value: FILE
            run --input --key k
              2 braid run: --input needs a value: FILE
            run --input a --input b
              2 braid run: --input is given twice
            run --resume
              2 braid run: --resume needs --journal: without it every run has a new one
            run --resume=yes
              2 braid run: --resume 'yes': takes no value
            run --snapshot-every x
              2 braid run: --snapshot-every 'x': must be a whole number
            run --max-failed -1
              2 braid run: --max-failed -1: must not be negative
            run --max-failed many
              2 braid run: --max-failed 'many': must be a whole number
            run --max-failed
              2 braid run: --max-failed needs a value: N
            run --give-up-input-journal
              2 braid run: --give-up-input-journal needs --resume
            run --input-journal maybe
              2 braid run: --input-journal 'maybe': must be process or disk
            run --charset klingon
              2 braid run: --charset 'klingon' needs --input: FoodMart is UTF-8
            run --input - --charset klingon
              2 braid run: --charset 'klingon': not known; some that are: UTF-8, UTF-16LE, ISO-8859-1, windows-1252, Shift_JIS, GB18030
            run --input - --format csv --key k --delimiter ab
              2 braid run: --delimiter 'ab': must be one character, as ';' or '|', or tab, and no quote, letter or digit
            run --input - --format lines --delimiter ;
              2 braid run: --delimiter ';': lines has none; use --format csv
            run --input - --format lines --decimal-comma
              2 braid run: --decimal-comma: lines have no fields; use --format json or csv
            run --input - --format csv --key x
              2 braid run: --key 'x' is not in the CSV header: k, n
            run --input - --format csv --key k --key k
              2 braid run: --key is given twice
            run --journal /etc/passwd
              2 braid run: --journal /etc/passwd: is not a folder
            run --journal /etc
              2 braid run: --journal /etc: is neither empty nor a journal
            run --input - --key-regex (?=x)
              2 braid run: --key-regex '(?=x)': invalid or unsupported Perl syntax at '(?='; the syntax is RE2's, without back references and look-around
            run --input - --key-regex (a)\\1
              2 braid run: --key-regex '(a)\\1': invalid escape sequence at '\\1'; the syntax is RE2's, without back references and look-around
            run --input - --format csv --key k --sum n --sum k
              1 failed: line 2: field 'k' is not a number: 'ann'
              1 failed: 1 of 1 records
            run --input - --format csv --key k --group gold=8
              2 braid run: --group 'gold=8': must be NAME=WEIGHT:KEY,KEY... or NAME=WEIGHT:*
            rum
              2 braid: 'rum': no such command; did you mean run?
            replay . extra
              2 braid replay: 'extra': one argument too many
            replay --folow .
              2 braid replay: --folow: no such option; did you mean --follow?
            replay . --outcome good
              2 braid replay: --outcome 'good': must be processed, failed, shed or lost
            replay . --outcome processed,bad
              2 braid replay: --outcome 'bad': must be processed, failed, shed or lost
            replay . --sub-stream x
              2 braid replay: --sub-stream 'x': must be a whole number
            replay . --pace 0
              2 braid replay: --pace 0.0: must be a positive number, as 1 or 0.5
            replay . --state-at -1
              2 braid replay: .: is not a journal
            replay . --from-sequence 1 --from-time 2026-01-01
              2 braid replay: --from-sequence 1 and --from-time 2026-01-01 exclude each other
            journal describ x
              2 braid journal: 'describ': no such command; did you mean describe?
            journal retain absent
              2 braid journal retain: there must be a limit: --max-size, --max-age or --below
            journal retain . --max-size much
              2 braid journal retain: --max-size 'much': must be a number of bytes, as 4096, 512M or 10G
            journal retain . --max-age old
              2 braid journal retain: --max-age 'old': must be a length of time, as 90s, 30m, 12h or 7d
            journal compare a
              2 braid journal compare: B is missing
            journal compare a b
              2 braid journal compare: a: no such folder
            journal salvage absent
              2 braid journal salvage: NEW is missing
            journal dump . --limit x
              2 braid journal dump: --limit 'x': must be a whole number
            journal backup absent b
              2 braid journal backup: absent: no such folder
            stat . --jsn
              2 braid stat: --jsn: no such option; did you mean --json?
            run --summary /no/such/summary.json
              2 braid run: --summary /no/such/summary.json: no such folder: /no/such
            run --input - --format csv --key k --sum n --sum k --max-failed 0
              1 failed: line 2: field 'k' is not a number: 'ann'
              1 failed: 1 of 1 records, more than --max-failed 0
            run --input - --format csv --key k --delimiter |
              2 braid run: --key 'k' is not in the CSV header: k,n; there is ',' in it: does that divide the fields? Then use --delimiter ','
            run --input - --format json --key k
              1 failed: line 1: not JSON near character 3: 'k,n'
              1 failed: line 2: not JSON near character 5: 'ann,1'
              1 failed: 2 of 2 records
            run --input /dev/zero
              2 braid run: --input /dev/zero: is a device
            run --input /
              2 braid run: --input /: is a folder
            run --input /etc/passwd!/x
              2 braid run: --input /etc/passwd!/x: /etc/passwd is neither a zip archive nor a jar
            run --journal /etc/passwd/x
              2 braid run: --journal /etc/passwd/x: /etc/passwd is not a folder
            run --journal /etc/passwd/x/y
              2 braid run: --journal /etc/passwd/x/y: /etc/passwd is not a folder
            run --summary /etc/passwd/x
              2 braid run: --summary /etc/passwd/x: /etc/passwd is not a folder
            run --journal=
              2 braid run: --journal '': cannot be the name of a file or folder
            run --summary=
              2 braid run: --summary '': cannot be the name of a file or folder
            run --input=
              2 braid run: --input '': is empty
            journal verify ""
              2 braid journal verify: DIR '': cannot be the name of a file or folder
            run --input - --format csv --key k --charset UTF-16
              2 braid run: --charset UTF-16: standard input has no byte order mark that would tell UTF-16LE from UTF-16BE
            run --input - --key-regex z
              1 failed: line 1: no match for the key's regular expression in 'k,n'
              1 failed: line 2: no match for the key's regular expression in 'ann,1'
              1 failed: 2 of 2 records
            run -- --input -
              2 braid run: --input: one argument too many, for behind -- nothing is an option
            replay -- . --format json
              2 braid replay: --format: one argument too many, for behind -- nothing is an option
            run --input - --rate 5/m
              2 braid run: --rate '5/m': must be a positive number of records, as 5000/s
            """.formatted("g".repeat(300), "g".repeat(60));

    static Stream<Arguments> mistakes() {
        List<Arguments> mistakes = new ArrayList<>();
        List<String> messages = new ArrayList<>();
        String command = null;
        for (String line : MISTAKES.lines().toList()) {
            if (line.startsWith("  ")) {
                messages.add(line.strip());
                continue;
            }
            if (command != null) {
                mistakes.add(Arguments.of(command, List.copyOf(messages)));
                messages.clear();
            }
            command = line;
        }
        mistakes.add(Arguments.of(command, List.copyOf(messages)));
        return mistakes.stream();
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void shouldTellOfAMistakeInWordsOfItsOwn(String commandLine, List<String> messages) {
        String[] words = commandLine.replace("\"\"", EMPTY).split(" ");
        Braid braid = Braid.withInput(
                INPUT, Stream.of(words).map(word -> word.replace(EMPTY, "")).toArray(String[]::new));

        List<String> told = braid.err()
                .lines()
                .filter(line -> !line.startsWith("See braid"))
                .map(line -> braid.status() + " " + line)
                .toList();
        assertEquals(messages, told);
        assertEquals(braid.status() == 2, braid.err().contains("See braid"), braid.err());
        if (braid.status() == 2) {
            assertEquals("", braid.text());
        }
    }
}
