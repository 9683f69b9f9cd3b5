package dev.braid.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code scripts/crash-loop.sh} tells the truth of what its kills hit. */
class CrashLoopTest {
    private static final int TIMEOUT_S = 300;
    private static final Pattern COUNTED = Pattern.compile(
            "round (\\d+)/2: killed \\d+ ms after its first result, with (\\d+) results of (\\d+) in the journal");

    @TempDir
    private Path folder;

    @BeforeEach
    void copyProject() throws IOException {
        BuiltProject.copyTo(folder);
    }

    /** As the system does when it is short of memory: before the run has written anything. */
    private void haveRunsKilledBeforeTheirFirstResult(String condition) throws IOException {
        Path run = folder.resolve("scripts/run.sh");
        Files.move(run, folder.resolve("scripts/real-run.sh"));
        Files.writeString(
                run,
                "#!/usr/bin/env bash\nif " + condition + "; then : >'" + folder + "/killed'; kill -9 $$; fi\nexec '"
                        + folder + "/scripts/real-run.sh' \"$@\"\n");
        assertTrue(run.toFile().setExecutable(true));
    }

    private int crashLoop(Path output) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                        folder.resolve("scripts/crash-loop.sh").toString(),
                        "--rounds",
                        "2",
                        "--seed",
                        "7",
                        "--rate",
                        "20000/s")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("TMPDIR", folder.toString());
        Process process = builder.start();
        try {
            assertTrue(process.waitFor(TIMEOUT_S, TimeUnit.SECONDS), () -> "still running after " + TIMEOUT_S + " s");
            return process.exitValue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    @Test
    void shouldCountOnlyRoundsThatHitResults() throws IOException, InterruptedException {
        haveRunsKilledBeforeTheirFirstResult("[[ ! -e '" + folder + "/killed' ]]");
        Path output = folder.resolve("output");
        int status = crashLoop(output);
        String text = Files.readString(output);
        assertEquals(0, status, text);
        assertTrue(text.contains("round 1/2 hit nothing and is repeated: the run had written no result"), text);
        Matcher counted = COUNTED.matcher(text);
        for (int round = 1; round <= 2; round++) {
            assertTrue(counted.find(), text);
            assertEquals(round, Integer.parseInt(counted.group(1)), text);
            int results = Integer.parseInt(counted.group(2));
            assertTrue(results > 0 && results <= Integer.parseInt(counted.group(3)), text);
        }
        assertTrue(text.contains("2 of 2 rounds survived"), text);
    }

    @Test
    void shouldGiveUpWhereNoRoundHitsAnything() throws IOException, InterruptedException {
        haveRunsKilledBeforeTheirFirstResult("true");
        Path output = folder.resolve("output");
        int status = crashLoop(output);
        String text = Files.readString(output);
        assertEquals(1, status, text);
        assertTrue(text.contains("10 rounds in a row hit nothing"), text);
        assertTrue(text.contains("failed with seed 7 after 0 of 2 rounds survived"), text);
    }
}
