package dev.braid.command;

import dev.braid.command.Mutation.Scene;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Applies one to four random mutations to copies of known journals, round after round, in one JVM, and tries all verbs on
 * each. Run by {@code scripts/torture.sh --fuzz N}, and in a short form by the tests.
 */
public final class JournalFuzzer {
    private static final int MOST_MUTATIONS = 4;
    private static final long MIXING = 0x9E3779B97F4A7C15L;
    private static final int PROGRESS_EVERY = 100;
    private static final byte[] OF_SOMEBODY_ELSE = "of somebody else".getBytes(StandardCharsets.US_ASCII);

    private final Path work;
    private final Path outside;
    private final int limitS;
    private final List<FuzzTemplate> templates;
    private final Map<Mutation, Integer> applied = new TreeMap<>();

    /**
     * Makes the journals that are mutated.
     *
     * @param work   an empty folder.
     * @param limitS seconds that a verb may take.
     * @throws Exception if they cannot be made.
     */
    public JournalFuzzer(Path work, int limitS) throws Exception {
        this.work = work;
        this.limitS = limitS;
        this.outside = Files.createDirectories(work.resolve("outside"));
        this.templates = FuzzTemplate.all(Files.createDirectories(work.resolve("templates")));
    }

    /**
     * Tries some rounds.
     *
     * @param rounds how many.
     * @param seed   of the first; those after it count on from there.
     * @return how many found a fault; each has been printed, with its seed.
     * @throws Exception if a round cannot be made.
     */
    public int run(int rounds, long seed) throws Exception {
        int failed = 0;
        ExecutorService verbs = newVerbs();
        try {
            for (int round = 0; round < rounds; round++) {
                String fault;
                try {
                    fault = attempt(seed + round, verbs);
                } catch (AssertionError e) {
                    fault = e.getMessage();
                    verbs.shutdownNow();
                    verbs = newVerbs();
                }
                if (fault != null) {
                    failed++;
                    System.out.println("NOT SURVIVED, seed " + (seed + round) + ": " + fault);
                }
                if ((round + 1) % PROGRESS_EVERY == 0) {
                    System.out.println(
                            "fuzz: " + (round + 1) + " of " + rounds + " rounds, " + failed + " not survived");
                }
            }
        } finally {
            verbs.shutdownNow();
        }
        System.out.println(
                "fuzz: " + rounds + " rounds, seed " + seed + ", " + applied + ", " + failed + " not survived");
        return failed;
    }

    private static ExecutorService newVerbs() {
        return Executors.newSingleThreadExecutor(work -> {
            Thread thread = new Thread(work, "fuzz-verbs");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Returns what is wrong, or {@code null}. */
    private String attempt(long seed, ExecutorService verbs) throws Exception {
        Random random = new Random(seed * MIXING); // Seeds that follow each other would begin alike.
        FuzzTemplate template = templates.get(random.nextInt(templates.size()));
        FuzzTemplate foreign = templates.get(random.nextInt(templates.size()));
        Path journal = work.resolve("trial").resolve("journal");
        Mutation.delete(journal.getParent());
        Files.createDirectories(journal.getParent());
        FuzzTemplate.copy(template.journal(), journal);
        resetOutside();
        Scene scene = new Scene(journal, template, foreign, outside, new ArrayList<>());
        List<String> done = new ArrayList<>();
        for (int count = 1 + random.nextInt(MOST_MUTATIONS); count > 0; count--) {
            Mutation mutation = Mutation.values()[random.nextInt(Mutation.values().length)];
            String what = mutation.applyToAny(scene, random);
            applied.merge(mutation, 1, Integer::sum);
            done.add(what);
        }
        List<String> faults = new FuzzTrial(template, journal, mayEndEarlier(template, done), verbs, limitS).run();
        checkOutside(faults);
        return faults.isEmpty() ? null : template.name() + ", " + done + ": " + String.join("\n  ", faults);
    }

    /** Whether nothing that was left alone knows how far the journal went. */
    private static boolean mayEndEarlier(FuzzTemplate template, List<String> done) {
        return isAnyOf(done, "journal.mark")
                && isAnyOf(done, template.lastSegment())
                && (template.isKilled() || isAnyOf(done, "manifest"));
    }

    private static boolean isAnyOf(List<String> done, String name) {
        return done.stream().anyMatch(what -> what.contains(name));
    }

    private void resetOutside() throws IOException {
        Mutation.delete(outside);
        Files.createDirectories(outside.resolve("folder"));
        Files.write(outside.resolve(Scene.OUTSIDE_FILE), OF_SOMEBODY_ELSE);
        Files.write(outside.resolve("folder").resolve("inner"), OF_SOMEBODY_ELSE);
    }

    private void checkOutside(List<String> faults) throws IOException {
        for (String name : List.of(Scene.OUTSIDE_FILE, "folder/inner")) {
            Path file = outside.resolve(name);
            if (!Files.exists(file) || !Arrays.equals(Files.readAllBytes(file), OF_SOMEBODY_ELSE)) {
                faults.add("a file outside of the journal was changed: " + file);
            }
        }
    }
}
