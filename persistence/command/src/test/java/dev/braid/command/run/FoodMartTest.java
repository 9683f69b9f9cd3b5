package dev.braid.command.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.braid.command.Braid;
import dev.braid.command.BraidProcess;
import dev.braid.command.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The well-known sales data, whose totals are published. */
class FoodMartTest {
    private static final String RECORDS = "86837";
    private static final String UNIT_SALES = "266773.0000";
    private static final String STORE_SALES = "565238.1300";
    private static final int STORES = 13;

    private static final int ATTEMPTS = 10;
    private static final double COMPETED_SECONDS = 0.05;

    @TempDir
    private Path folder;

    static Stream<Arguments> optionsThatMustNotMatter() {
        return Stream.of(
                Arguments.of(List.of()),
                Arguments.of(List.of("--order", "sequence")),
                Arguments.of(List.of("--threads", "invoker")),
                Arguments.of(List.of("--threads", "INVOKER", "--order", "SEQUENCE")),
                Arguments.of(List.of("--threads", "1")),
                Arguments.of(List.of("--threads", "2")),
                Arguments.of(List.of("--threads", "4", "--order", "sequence")),
                Arguments.of(List.of("--group", "thirteen=1:13", "--group", "others=100:*")),
                Arguments.of(List.of("--group", "all=7:2,3,6,7,11,13,14,15,16,17,22,23,24")),
                Arguments.of(List.of("--durability", "process", "--format", "json")));
    }

    @ParameterizedTest
    @MethodSource("optionsThatMustNotMatter")
    void shouldHaveThePublishedTotals(List<String> options) throws IOException {
        Path journal = folder.resolve("journal");
        Path summary = folder.resolve("summary.json");

        Braid run = Braid.run(Stream.concat(
                        Stream.of("run", "--journal", journal.toString(), "--summary", summary.toString()),
                        options.stream())
                .toArray(String[]::new));

        assertEquals(0, run.status(), run.err());
        Map<?, ?> totals = Json.object(Files.readString(summary));
        assertEquals(RECORDS, totals.get("records"));
        assertEquals(RECORDS, totals.get("processed"));
        assertEquals("0", totals.get("failed"));
        assertEquals("86836", totals.get("lowWatermark"));
        assertEquals(Map.of("unit_sales", UNIT_SALES, "store_sales", STORE_SALES), totals.get("sums"));
        assertTrue(run.text().contains(UNIT_SALES) && run.text().contains(STORE_SALES), run.text());
        checkJournal(journal);
    }

    /** The last result of each store has the store's totals, which together are the totals of all. */
    private static void checkJournal(Path journal) throws IOException {
        Map<Object, Map<?, ?>> lastOfStore = new HashMap<>();
        long sequence = 0;
        for (String line : Braid.run("replay", journal.toString()).lines()) {
            Map<?, ?> result = Json.object(line);
            assertEquals(Long.toString(sequence++), result.get("sequence"));
            assertEquals("PROCESSED", result.get("outcome"));
            Map<?, ?> totals = (Map<?, ?>) result.get("result");
            Map<?, ?> before = lastOfStore.put(totals.get("key"), totals);
            long count = before == null ? 0 : Long.parseLong((String) before.get("count"));
            assertEquals(Long.toString(count + 1), totals.get("count"));
        }
        assertEquals(RECORDS, Long.toString(sequence));
        assertEquals(STORES, lastOfStore.size());
        assertEquals(UNIT_SALES, sum(lastOfStore, "unit_sales"));
        assertEquals(STORE_SALES, sum(lastOfStore, "store_sales"));
    }

    private static String sum(Map<Object, Map<?, ?>> totals, String field) {
        return totals.values().stream()
                .map(total -> new BigDecimal((String) ((Map<?, ?>) total.get("sums")).get(field)))
                .reduce(BigDecimal.ZERO, BigDecimal::add)
                .toPlainString();
    }

    @Test
    void shouldHaveThreeGroupsByDefaultAndOneForAnotherKey() throws IOException {
        Path summary = folder.resolve("summary.json");

        Braid.run("run", "--summary", summary.toString());
        assertEquals(List.of("gold", "silver", "bronze"), names(summary));

        Braid.run("run", "--summary", summary.toString(), "--key", "promotion_id");
        assertEquals(List.of("all"), names(summary));
    }

    /**
     * What groups get while they compete is not what the order of the input would give them. It takes a fresh process, as the
     * user's is, in which groups compete for most of the time; shares over a few milliseconds, where the machine was busy with
     * something else, are not judged.
     */
    @Test
    void shouldShowThatGroupsGetWhatTheyAreDue() throws Exception {
        Path summary = folder.resolve("summary.json");
        for (int i = 0; i < ATTEMPTS; i++) {
            Process run = BraidProcess.start(folder, "run", "--summary", summary.toString());
            assertTrue(run.waitFor(1, TimeUnit.MINUTES), "the run did not end within a minute");
            String text = Files.readString(folder.resolve("out"));
            assertEquals(0, run.exitValue(), () -> text + text("err"));

            Map<?, ?> totals = Json.object(Files.readString(summary));
            assertTrue(text.contains("Groups competed for "), text);
            assertTrue(text.contains("The records were loaded before, in "), text);
            if (number(totals, "competedSeconds") >= COMPETED_SECONDS) {
                assertIsDue((List<?>) totals.get("groups"), text);
                return;
            }
        }
        abort("not judged: groups competed for less than " + COMPETED_SECONDS + " s in each of " + ATTEMPTS
                + " runs, in the last: " + text("out"));
    }

    private static void assertIsDue(List<?> groups, String text) {
        for (Object group : groups) {
            double due = number((Map<?, ?>) group, "due");
            assertEquals(due, number((Map<?, ?>) group, "share"), 0.01, text);
            assertTrue(due >= number((Map<?, ?>) group, "p") - 0.001, text);
        }
    }

    private String text(String name) {
        try {
            return Files.readString(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double number(Map<?, ?> fields, String name) {
        return Double.parseDouble((String) fields.get(name));
    }

    @Test
    void shouldGoOnWithWhatWasLoadedInPart() throws IOException {
        Path journal = folder.resolve("journal");
        Path summary = folder.resolve("summary.json");
        Braid.run("run", "--journal", journal.toString(), "--rate", "5000000/s");

        Braid again = Braid.run("run", "--journal", journal.toString(), "--resume", "--summary", summary.toString());

        assertEquals(0, again.status(), again.err());
        Map<?, ?> totals = Json.object(Files.readString(summary));
        assertEquals(RECORDS, totals.get("records"));
        assertEquals("0", totals.get("recordsThisRun"));
        assertEquals(Map.of("unit_sales", UNIT_SALES, "store_sales", STORE_SALES), totals.get("sums"));
    }

    private static List<?> names(Path summary) throws IOException {
        List<?> groups = (List<?>) Json.object(Files.readString(summary)).get("groups");
        return groups.stream().map(group -> ((Map<?, ?>) group).get("name")).toList();
    }
}
