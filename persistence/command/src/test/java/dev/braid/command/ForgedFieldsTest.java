package dev.braid.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.braid.engine.TestSeed;
import dev.braid.persistence.ForgedFields;
import dev.braid.persistence.ForgedFields.Field;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.agrona.IoUtil;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Numbers in a journal's files that cannot be, though all checksums are right: every verb ends soon, takes little memory, and
 * is right or says what is wrong.
 */
class ForgedFieldsTest {
    /** Each takes a run of every verb: all of them take minutes, and are tested only where this is set to true. */
    private static final String ALL = "braid.forged.all";

    private static final int ALL_MINUTES = 60;
    private static final int SAMPLES = 25;
    private static final long MAX_SECONDS = 60;
    private static final long MAX_ALLOCATED = 64L << 20;

    @RegisterExtension
    private final TestSeed seed = new TestSeed(1);

    @TempDir
    Path temporary;

    private Path truth;
    private Path dir;
    private String results;

    @BeforeEach
    void writeAJournal() throws IOException {
        truth = temporary.resolve("truth");
        dir = temporary.resolve("forged");
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            lines.append("{\"key\":\"")
                    .append("abc".charAt(i % 3))
                    .append("\",\"n\":")
                    .append(i)
                    .append("}\n");
        }
        String input = lines.toString();
        for (boolean resume : new boolean[] {false, true}) {
            List<String> args = new ArrayList<>(List.of(
                    "run",
                    "--input",
                    "-",
                    "--format",
                    "json",
                    "--key",
                    "key",
                    "--sum",
                    "n",
                    "--group",
                    "gold=8:a",
                    "--group",
                    "rest=1:*"));
            args.addAll(List.of("--journal", truth.toString(), "--snapshot-every", "10"));
            if (resume) {
                args.add("--resume");
            }
            args.addAll(List.of("--threads", "invoker"));
            Braid run = Braid.withInput(input, args.toArray(String[]::new));
            assertEquals(0, run.status(), run.err());
        }
        results = Braid.run("replay", truth.toString()).text();
        copy(truth, dir);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> walk = Files.walk(from)) {
            for (Path path : walk.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(path, target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    private record Forgery(Field field, long value) {
        @Override
        public String toString() {
            return field + ": " + value;
        }
    }

    @Test
    @Timeout(value = ALL_MINUTES, unit = TimeUnit.MINUTES)
    void shouldBeExactOrNameWhatCannotBeWithEveryVerb() throws IOException {
        List<Forgery> forgeries = forgeries();
        Collections.shuffle(forgeries, seed.random());
        checkVerbs(Boolean.getBoolean(ALL) ? forgeries : forgeries.subList(0, SAMPLES));
    }

    private List<Forgery> forgeries() throws IOException {
        List<Forgery> forgeries = new ArrayList<>();
        for (Field field : ForgedFields.of(dir)) {
            for (long value : field.harmful()) {
                forgeries.add(new Forgery(field, value));
            }
        }
        return forgeries;
    }

    private void checkVerbs(List<Forgery> forgeries) throws IOException {
        List<String> failures = new ArrayList<>();
        for (Forgery forgery : forgeries) {
            Field field = forgery.field();
            byte[] before = Files.readAllBytes(field.file());
            field.forge(forgery.value());
            checkVerbs(forgery, failures);
            Files.write(field.file(), before);
        }
        assertTrue(failures.isEmpty(), () -> String.join("\n", failures));
    }

    private void checkVerbs(Forgery forgery, List<String> failures) throws IOException {
        Braid replay = check(forgery, failures, "replay", dir.toString());
        checkExact(forgery, failures, replay, "replay");
        check(forgery, failures, "replay", dir.toString(), "--skip-damage", "--order", "journal");
        check(forgery, failures, "replay", dir.toString(), "--skip-damage", "--from-sequence", "20");
        check(forgery, failures, "replay", dir.toString(), "--state-at", "30");
        for (String verb : List.of("describe", "verify", "recovery-plan")) {
            check(forgery, failures, "journal", verb, dir.toString());
        }
        check(forgery, failures, "journal", "dump", dir.toString(), "--json");
        check(forgery, failures, "journal", "compare", truth.toString(), dir.toString());
        Path salvaged = temporary.resolve("salvaged");
        Braid salvage = check(forgery, failures, "journal", "salvage", dir.toString(), salvaged.toString());
        if (Files.exists(salvaged)) {
            Braid verify = check(forgery, failures, "journal", "verify", salvaged.toString());
            if (verify.status() != 0) {
                failures.add(forgery + ": what was salvaged is not good: " + verify.text() + salvage.text());
            }
            IoUtil.delete(salvaged.toFile(), false);
        }
        onCopy(forgery, failures, "journal", "retain", "DIR", "--max-size", "1k");
        onCopy(
                forgery,
                failures,
                "run",
                "--input",
                "-",
                "--format",
                "json",
                "--key",
                "key",
                "--sum",
                "n",
                "--group",
                "gold=8:a",
                "--group",
                "rest=1:*",
                "--journal",
                "DIR",
                "--resume");
    }

    private void onCopy(Forgery forgery, List<String> failures, String... args) throws IOException {
        Path copy = temporary.resolve("copy");
        copy(dir, copy);
        check(
                forgery,
                failures,
                Arrays.stream(args)
                        .map(arg -> arg.equals("DIR") ? copy.toString() : arg)
                        .toArray(String[]::new));
        IoUtil.delete(copy.toFile(), false);
    }

    private void checkExact(Forgery forgery, List<String> failures, Braid replay, String what) {
        if (replay.status() == 0 && !replay.text().equals(results)) {
            failures.add(forgery + ": " + what + " is wrong, and says nothing");
        }
    }

    private static Braid check(Forgery forgery, List<String> failures, String... args) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = threads.getCurrentThreadAllocatedBytes();
        long startNs = System.nanoTime();
        String what = forgery + ": " + String.join(" ", args);
        Braid run;
        try {
            run = Braid.run(args);
        } catch (Throwable t) {
            failures.add(what + ": " + t);
            return new Braid(1, new byte[0], "");
        }
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNs);
        allocated = threads.getCurrentThreadAllocatedBytes() - allocated;
        if (seconds > MAX_SECONDS) {
            failures.add(what + " took " + seconds + " s");
        }
        if (allocated > MAX_ALLOCATED) {
            failures.add(what + " allocated " + allocated + " bytes");
        }
        if (run.err().contains("\tat ") || run.status() > 1) {
            failures.add(what + " ended with " + run.status() + ": " + run.err());
        }
        assertFalse(run.status() == 1 && run.err().isBlank() && run.text().isBlank(), what + " says nothing");
        return run;
    }
}
