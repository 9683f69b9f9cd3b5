package dev.braid.command.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.command.Braid;
import dev.braid.command.BraidProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files and standard inputs that have no records. */
class StandardInputTest {
    private static final long TIMEOUT_S = 60;

    @TempDir
    private Path folder;

    /** The shell is given a redirection, for Java cannot start a process without a standard input. */
    private int status(String redirection) throws IOException, InterruptedException {
        Path journal = folder.resolve("journal");
        ProcessBuilder braid = BraidProcess.builder(folder, "run", "--input", "-", "--journal", journal.toString());
        List<String> command = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" " + redirection, "sh"));
        command.addAll(braid.command());
        Process process = braid.command(command).start();
        try {
            assertTrue(process.waitFor(TIMEOUT_S, TimeUnit.SECONDS), "the run did not end in " + TIMEOUT_S + " s");
        } finally {
            process.destroyForcibly();
        }
        return process.exitValue();
    }

    private String err() throws IOException {
        return Files.readString(folder.resolve("err"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<&-         | standard input is closed",
                "</          | standard input: is a folder",
                "</dev/zero  | standard input: is a device",
                "</dev/random| standard input: is a device"
            })
    void shouldRefuseAStandardInputThatHasNoRecords(String redirection, String message)
            throws IOException, InterruptedException {
        assertEquals(2, status(redirection), err());
        assertTrue(err().contains(message), err());
        assertTrue(Files.notExists(folder.resolve("journal")));
    }

    @Test
    void shouldReadAStandardInputThatIsAFileOrEmpty() throws IOException, InterruptedException {
        assertEquals(0, status("</dev/null"), err());
        Path file = Files.writeString(folder.resolve("file"), "a\nb\n");
        assertEquals(0, status("<" + file), err());
        String out = Files.readString(folder.resolve("out"));
        assertTrue(out.lines().anyMatch(line -> line.matches("processed +2")), out);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/|/: is a folder",
                "/dev/zero|/dev/zero: is a device",
                "/dev/random|is a device",
                "/no/such|no such file"
            })
    void shouldRefuseFilesThatHaveNoRecords(String file, String message) {
        Braid run = Braid.run("run", "--input", file);
        assertEquals(2, run.status());
        assertTrue(run.err().contains("--input " + file) && run.err().contains(message), run.err());
    }

    @Test
    void shouldReadAnEmptyDevice() {
        assertEquals(0, Braid.run("run", "--input", "/dev/null").status());
    }
}
