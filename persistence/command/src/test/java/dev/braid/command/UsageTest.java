package dev.braid.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Wrong usage: status 2, a message that names the offending value, no results, and no journal. */
class UsageTest {
    @TempDir
    private Path folder;

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

    @Test
    void shouldFailIfHelpOrVersionCannotBeWritten() {
        for (String command : new String[] {"--help", "run --help", "replay --version", "journal verify --help"}) {
            Braid full = Braid.withStreams(
                    InputStream.nullInputStream(), new FailingOutput("No space left on device"), command.split(" "));
            assertEquals(1, full.status(), command);
            assertTrue(full.err().contains("cannot write results: No space left on device"), full.err());

            Braid closed = Braid.withStreams(
                    InputStream.nullInputStream(), new FailingOutput("Broken pipe"), command.split(" "));
            assertEquals(0, closed.status(), "whoever reads it has had enough");
            assertEquals("", closed.err());
        }
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
