package dev.braid.command.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.command.Braid;
import dev.braid.command.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A run of some input, with what came of it.
 *
 * @param results in the order of the input, as the replay tells them.
 */
record InputRun(Braid braid, List<Map<?, ?>> results) {
    static InputRun ofFile(Path folder, String name, byte[] content, String... options) throws IOException {
        Path file = Files.createTempDirectory(folder, "input").resolve(name);
        return of(folder, file(file, content), InputStream.nullInputStream(), options);
    }

    static InputRun ofFile(Path folder, String name, String content, String... options) throws IOException {
        return ofFile(folder, name, content.getBytes(StandardCharsets.UTF_8), options);
    }

    static InputRun ofStandardInput(Path folder, byte[] content, String... options) throws IOException {
        return of(folder, "-", new ByteArrayInputStream(content), options);
    }

    static InputRun ofStandardInput(Path folder, String content, String... options) throws IOException {
        return ofStandardInput(folder, content.getBytes(StandardCharsets.UTF_8), options);
    }

    private static String file(Path file, byte[] content) throws IOException {
        return Files.write(file, content).toString();
    }

    private static InputRun of(Path folder, String input, InputStream standardInput, String... options)
            throws IOException {
        Path journal = Files.createTempDirectory(folder, "journal").resolve("j");
        List<String> args = new ArrayList<>(List.of("run", "--input", input, "--journal", journal.toString()));
        args.addAll(List.of(options));
        Braid run = Braid.withInput(standardInput, args.toArray(String[]::new));
        List<Map<?, ?>> results = new ArrayList<>();
        if (run.status() != 2) {
            for (String line : Braid.run("replay", journal.toString()).lines()) {
                results.add(Json.object(line));
            }
        } else {
            assertTrue(Files.notExists(journal), "a journal was begun: " + run.err());
        }
        return new InputRun(run, results);
    }

    /** How many results each key has, and its sums. */
    Map<String, String> totals() {
        Map<String, String> totals = new TreeMap<>();
        for (Map<?, ?> result : results) {
            if (result.get("outcome").equals("PROCESSED")) {
                Map<?, ?> of = (Map<?, ?>) result.get("result");
                totals.put((String) of.get("key"), of.get("count") + " " + ((Map<?, ?>) of.get("sums")).values());
            }
        }
        return totals;
    }

    /** Why records failed, in the order of the input. */
    List<String> reasons() {
        return results.stream()
                .filter(result -> result.get("outcome").equals("FAILED"))
                .map(result -> (String) result.get("reason"))
                .toList();
    }

    /** All records were processed, with these totals of their keys. */
    void assertTotals(Map<String, String> expected) {
        assertEquals(0, braid.status(), braid.err());
        assertEquals(List.of(), reasons());
        assertEquals(expected, totals());
    }

    /** It was refused, with a message of one line that has these parts, and another that names the help. */
    void assertRefused(String... parts) {
        assertEquals(2, braid.status(), braid.err());
        assertEquals(2, braid.err().lines().count(), braid.err());
        for (String part : parts) {
            assertTrue(
                    braid.err().lines().findFirst().orElseThrow().contains(part), part + " is not in " + braid.err());
        }
        assertEquals("", braid.text());
    }

    /** These records failed, in order, for reasons that have these parts. */
    void assertReasons(String... parts) {
        List<String> reasons = reasons();
        assertEquals(parts.length, reasons.size(), reasons::toString);
        for (int i = 0; i < parts.length; i++) {
            assertTrue(reasons.get(i).contains(parts[i]), parts[i] + " is not in " + reasons);
        }
    }
}
