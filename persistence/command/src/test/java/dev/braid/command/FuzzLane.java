package dev.braid.command;

import dev.braid.command.Mutation.Scene;
import dev.braid.persistence.OriginalJournal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Makes one round of the fuzzer after the other, in a folder of its own. Several lanes go side by side.
 * <p>
 * <b>Threads:</b> one, beside the one that it has for verbs.
 */
final class FuzzLane implements AutoCloseable {
    private static final int MAX_MUTATIONS = 4;
    private static final long MIXING = 0x9E3779B97F4A7C15L;
    private static final int COPY_EVERY = 4;
    private static final int FIFO_TIMEOUT_S = 60;
    private static final byte[] OF_SOMEBODY_ELSE = "of somebody else".getBytes(StandardCharsets.US_ASCII);

    private final Path trial;
    private final Path outside;
    private final Path fifo;
    private final List<FuzzTemplate> templates;
    private final Consumer<Mutation> applied;
    private final int limitS;
    private ExecutorService verbs = newVerbs();

    /**
     * @param folder    an empty one.
     * @param templates the journals that are mutated.
     * @param applied   is told of each mutation.
     * @param limitS    seconds that a verb may take.
     */
    FuzzLane(Path folder, List<FuzzTemplate> templates, Consumer<Mutation> applied, int limitS) throws Exception {
        this.trial = folder.resolve("trial");
        this.outside = folder.resolve("outside");
        this.fifo = folder.resolve("fifo");
        this.templates = templates;
        this.applied = applied;
        this.limitS = limitS;
        Process process = new ProcessBuilder("mkfifo", fifo.toString()).start();
        if (!process.waitFor(FIFO_TIMEOUT_S, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("mkfifo did not make " + fifo + " within " + FIFO_TIMEOUT_S + " s");
        }
    }

    private static ExecutorService newVerbs() {
        return Executors.newSingleThreadExecutor(work -> {
            Thread thread = new Thread(work, "fuzz-verbs");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Makes the round of a seed. Returns what is wrong, or {@code null}. */
    String attempt(long seed) throws Exception {
        try {
            return attemptOrThrow(seed);
        } catch (AssertionError e) {
            verbs.shutdownNow(); // Its thread may hang.
            verbs = newVerbs();
            return e.getMessage();
        }
    }

    private String attemptOrThrow(long seed) throws Exception {
        Random random = new Random(seed * MIXING); // Seeds that follow each other would begin alike.
        FuzzTemplate template = templates.get(random.nextInt(templates.size()));
        FuzzTemplate foreign = templates.get(random.nextInt(templates.size()));
        boolean isOriginal = seed % COPY_EVERY != 0;
        Path journal = trial.resolve("journal");
        Mutation.delete(trial);
        Files.createDirectories(trial);
        FuzzTemplate.copy(template.journal(), journal);
        if (isOriginal) {
            OriginalJournal.make(journal);
        }
        resetOutside();
        Scene scene = new Scene(journal, isOriginal, template, foreign, outside, fifo, new ArrayList<>());
        List<String> done = new ArrayList<>();
        for (int count = 1 + random.nextInt(MAX_MUTATIONS); count > 0; count--) {
            Mutation mutation = Mutation.values()[random.nextInt(Mutation.values().length)];
            String what = mutation.applyToAny(scene, random);
            applied.accept(mutation);
            done.add(what);
        }
        List<String> faults = new FuzzTrial(template, journal, mayEndEarlier(template, done), verbs, limitS).run();
        checkOutside(faults);
        String what = template.name() + (isOriginal ? "" : ", a copy") + ", " + done;
        return faults.isEmpty() ? null : what + ": " + String.join("\n  ", faults);
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

    @Override
    public void close() {
        verbs.shutdownNow();
    }
}
