package dev.braid.command.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.command.Braid;
import dev.braid.command.BraidProcess;
import dev.braid.command.Json;
import dev.braid.engine.TestSeed;
import dev.braid.persistence.Journals;
import dev.braid.persistence.ProgressListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The short form of {@code scripts/crash-loop.sh}: the FoodMart job, killed by {@code kill -9} and resumed until it is done. */
class KilledRunTest {
    private static final int TIMEOUT_S = 60;
    private static final int RECORDS = 86_837;
    private static final int KILLS = 3;
    private static final Pattern RUNNING_COUNT = Pattern.compile("\"key\":\"([^\"]*)\",\"count\":(\\d+)");

    @TempDir
    private Path folder;

    @RegisterExtension
    private final TestSeed seed = new TestSeed();

    private Path journal() {
        return folder.resolve("journal");
    }

    private Path summary() {
        return folder.resolve("summary.json");
    }

    private Process resume(String options) throws IOException {
        List<String> args = new ArrayList<>(
                List.of("run", "--resume", "--journal", journal().toString()));
        args.addAll(List.of("--summary", summary().toString(), "--rate", "25000/s", "--snapshot-every", "5000"));
        args.addAll(List.of(options.split(" ")));
        return BraidProcess.start(folder, args.toArray(String[]::new));
    }

    private String failure(String message) throws IOException {
        return message + ": " + Files.readString(folder.resolve("err"));
    }

    /** Returns false if the run was done before it was seen to have so many results, as on a busy machine. */
    private boolean kill(Process process, long results) throws IOException, InterruptedException {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_S);
        try {
            while (!Journals.isJournal(journal())
                    || Journals.describe(journal()).results() < results) {
                assertTrue(
                        System.nanoTime() < deadlineNs, failure("not " + results + " results in " + TIMEOUT_S + " s"));
                if (process.waitFor(5, TimeUnit.MILLISECONDS)) {
                    assertEquals(0, process.exitValue(), failure("the run failed"));
                    return false;
                }
            }
        } finally {
            process.destroyForcibly();
        }
        assertTrue(process.waitFor(TIMEOUT_S, TimeUnit.SECONDS), failure("the run outlived its end"));
        return true;
    }

    @ParameterizedTest
    @ValueSource(strings = {"--threads 2", "--order sequence --durability disk"})
    void shouldEndUpAsIfItHadNotBeenKilled(String options) throws IOException, InterruptedException {
        Random random = seed.random();
        for (int killed = 0; killed < KILLS; killed++) {
            if (!kill(resume(options), killed * (RECORDS / 5) + 1 + random.nextInt(RECORDS / 5))) {
                break;
            }
            assertTrue(Journals.verify(journal(), ProgressListener.NONE).isGood(), failure("the journal is damaged"));
        }
        Process last = resume(options);
        try {
            assertTrue(last.waitFor(TIMEOUT_S, TimeUnit.SECONDS), failure("the run did not end"));
        } finally {
            last.destroyForcibly();
        }

        assertEquals(0, last.exitValue(), failure("the run failed"));
        Map<?, ?> totals = Json.object(Files.readString(summary()));
        assertEquals("" + RECORDS, totals.get("processed"));
        assertEquals("" + (RECORDS - 1), totals.get("lowWatermark"));
        assertEquals(Map.of("unit_sales", "266773.0000", "store_sales", "565238.1300"), totals.get("sums"));
        assertEquals(RECORDS, Journals.describe(journal()).results(), failure("each sequence has one result"));
        checkRunningCounts();
    }

    private void checkRunningCounts() throws IOException {
        Map<String, Integer> counts = new HashMap<>();
        List<String> results = Braid.run("replay", journal().toString(), "--order", "sequence", "--format", "raw")
                .lines();
        for (String result : results) {
            Matcher matcher = RUNNING_COUNT.matcher(result);
            assertTrue(matcher.find(), result);
            int count = counts.merge(matcher.group(1), 1, Integer::sum);
            assertEquals(count, Integer.parseInt(matcher.group(2)), failure(result));
        }
        assertEquals(RECORDS, results.size());
    }
}
