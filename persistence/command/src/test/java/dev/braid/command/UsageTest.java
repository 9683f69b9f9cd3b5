package dev.braid.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wrong usage: status 2, a message that names the offending value, no results, and no journal. */
class UsageTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "run --nonsense                                   | --nonsense",
                "run surplus                                      | surplus",
                "run --input absent.json --key k                  | absent.json",
                "run --input . --format json --key k              | .",
                "run --input absent.jar!/x.json --key k           | absent.jar!/x.json",
                "run --input - --format xml                       | xml",
                "run --input - --format json                      | --format json needs --key",
                "run --input - --format csv                       | --format csv needs --key",
                "run --format csv                                 | csv",
                "run --input - --key k                            | 'k'",
                "run --input - --sum n                            | 'n'",
                "run --input - --format json --key k --key-regex x | 'k'",
                "run --input - --key-regex (                      | '('",
                "run --sum n --sum n                              | 'n'",
                "run --group gold                                 | 'gold'",
                "run --group gold=8                               | 'gold=8'",
                "run --group =8:a                                 | '=8:a'",
                "run --group gold=0:a                             | '0'",
                "run --group gold=-1:a                            | '-1'",
                "run --group gold=much:a                          | 'much'",
                "run --group gold=99999999999:a                   | '99999999999'",
                "run --group gold=8:                              | 'gold=8:'",
                "run --group gold=8:a,,b                          | 'gold=8:a,,b'",
                "run --group gold=8:a,*                           | 'gold=8:a,*'",
                "run --group a=1:x --group b=1:x                  | 'x'",
                "run --group a=1:x,x                              | 'x'",
                "run --group a=1:x --group a=1:y                  | 'a'",
                "run --group a=1:* --group b=1:*                  | 'b=1:*'",
                "run --order random                               | random",
                "run --threads many                               | 'many'",
                "run --threads 0                                  | '0'",
                "run --threads 1025                               | '1025'",
                "run --snapshot-every -1                          | --snapshot-every -1",
                "run --durability maybe                           | 'maybe'",
                "run --rate fast                                  | 'fast'",
                "run --rate 0/s                                   | '0/s'",
                "run --rate -5                                    | -5",
                "run --summary absent/summary.json                | absent",
                "run --summary .                                  | .",
                "replay                                           | DIR",
                "replay absent                                    | absent",
                "replay .                                         | .: is not a journal",
                "replay . --format xml                            | xml",
                "replay . --order random                          | random",
                "replay . --from-sequence x                       | x",
                "replay . --from-sequence -1                      | -1",
                "replay . --from-sequence 5 --to-sequence 4       | 4",
                "replay . --from-time noon                        | noon",
                "replay . --pace slow                             | slow",
                "journal                                          | describe, verify, dump",
                "journal mend .                                   | mend",
                "journal describe absent                          | absent",
                "journal verify .                                 | .: is not a journal",
                "stat                                             | DIR",
                "stat absent                                      | absent",
                "stat .                                           | .: has no counters.dat",
                "stat . --interval 0                              | --interval 0",
                "stat . --interval soon                           | soon",
                "stat . --count 0                                 | --count 0",
                "nonsense                                         | nonsense",
            })
    void shouldNameTheOffendingValue(String commandLine, String value) {
        Braid braid = Braid.run(commandLine.split(" "));

        assertEquals(2, braid.status(), braid.err());
        assertTrue(braid.err().lines().findFirst().orElseThrow().contains(value), braid.err());
        assertEquals("", braid.text());
    }

    @Test
    void shouldAskForACommand() {
        Braid braid = Braid.run();
        assertEquals(2, braid.status());
        assertTrue(braid.err().contains("run, replay, journal or stat"), braid.err());
    }

    @Test
    void shouldCheckFieldsOfCsvBeforeAnythingIsWritten() {
        Path journal = folder.resolve("journal");
        String[] args = {
            "run", "--input", "-", "--format", "csv", "--key", "k", "--sum", "m", "--journal", journal.toString()
        };
        Braid key = Braid.withInput("j,m\n1,2\n", args);
        assertEquals(2, key.status());
        assertTrue(key.err().contains("--key 'k' is not in the CSV header: j, m"), key.err());
        Braid sum = Braid.withInput("k,n\n1,2\n", args);
        assertEquals(2, sum.status());
        assertTrue(sum.err().contains("--sum 'm' is not in the CSV header: k, n"), sum.err());
        assertFalse(Files.exists(journal));
    }

    @Test
    void shouldRefuseABlankCsvHeader() {
        for (String input : new String[] {"\n", "\nk\na\n", " \t\nk\n", "\r\nk\n"}) {
            Braid run = Braid.withInput(input, "run", "--input", "-", "--format", "csv", "--key", "k");
            assertEquals(2, run.status());
            assertTrue(run.err().contains("line 1 is blank"), run.err());
        }
    }

    @Test
    void shouldNotTakeArgumentsForFilesOfArguments() throws IOException {
        Path file = Files.writeString(folder.resolve("args"), "--help");
        Braid braid = Braid.run("run", "@" + file);
        assertEquals(2, braid.status());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "run",
                "replay",
                "journal",
                "journal describe",
                "journal verify",
                "journal dump",
                "journal recovery-plan",
                "journal salvage",
                "journal retain",
                "journal compare"
            })
    void shouldPrintHelpAndVersion(String command) {
        Braid help = Braid.run((command + " --help").strip().split(" "));
        assertEquals(0, help.status());
        assertTrue(help.text().startsWith("Usage: braid"), help.text());
        assertEquals("", help.err());

        Braid version = Braid.run((command + " --version").strip().split(" "));
        assertEquals(0, version.status());
        assertTrue(version.text().matches("braid [0-9]+\\..*\\R"), version.text());
    }
}
