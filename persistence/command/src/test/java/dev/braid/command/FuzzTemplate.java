package dev.braid.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A journal that is known by heart: several runs of the main job, each with a segment of its own, and snapshots of the
 * totals. Mutations are made on copies of it.
 *
 * @param name    what kind of journal it is.
 * @param journal a folder that nobody writes.
 * @param older   the journal as it was a run before.
 * @param input   all records, of which the journal has those of the runs so far.
 * @param options with which the runs were made.
 * @param truth   the results by sequence, as {@code replay} prints them.
 * @param state   what {@code replay --state-at} prints for the last of them.
 * @param total   how many results the journal has once all of the input was handled.
 */
record FuzzTemplate(
        String name,
        Path journal,
        Path older,
        Path input,
        List<String> options,
        TreeMap<Long, String> truth,
        String state,
        int total) {
    private static final int RUNS = 3;
    private static final int RECORDS_OF_A_RUN = 40;
    private static final int KEYS = 7;
    private static final int SNAPSHOT_EVERY = 15;
    private static final int TIMEOUT_S = 60;

    /** How the last run ends. */
    enum End {
        CLOSED,
        KILLED
    }

    /** Makes one of each kind. */
    static List<FuzzTemplate> all(Path work) throws Exception {
        List<FuzzTemplate> templates = new ArrayList<>();
        for (String durability : List.of("process", "disk")) {
            for (End end : End.values()) {
                for (boolean hasInputJournal : new boolean[] {false, true}) {
                    templates.add(make(work, durability, end, hasInputJournal));
                }
            }
        }
        return templates;
    }

    private static FuzzTemplate make(Path work, String durability, End end, boolean hasInputJournal) throws Exception {
        String name =
                durability + (end == End.CLOSED ? ", closed" : ", killed") + (hasInputJournal ? ", input journal" : "");
        Path folder =
                Files.createDirectories(work.resolve(name.replace(", ", "-").replace(' ', '-')));
        Path journal = folder.resolve("journal");
        Path older = folder.resolve("older");
        List<String> options = new ArrayList<>(List.of("--key", "k", "--sum", "v", "--durability", durability));
        options.addAll(
                List.of("--snapshot-every", "" + SNAPSHOT_EVERY, "--group", "a=3:key1,key2", "--group", "b=1:*"));
        if (hasInputJournal) {
            options.addAll(List.of("--input-journal", durability));
        }
        for (int run = 1; run < RUNS; run++) {
            run(journal, options, write(folder.resolve("input-" + run + ".json"), 0, run * RECORDS_OF_A_RUN));
        }
        copy(journal, older);
        Path last = write(
                folder.resolve("input-" + RUNS + ".json"),
                end == End.CLOSED ? 0 : (RUNS - 1) * RECORDS_OF_A_RUN,
                RUNS * RECORDS_OF_A_RUN);
        if (end == End.CLOSED) {
            run(journal, options, last);
        } else {
            runAndKill(journal, options, last);
        }
        Path all = write(folder.resolve("input.json"), 0, (RUNS + 1) * RECORDS_OF_A_RUN);
        TreeMap<Long, String> truth = Replayed.of(Braid.run("replay", journal.toString(), "--format", "json"))
                .results();
        assertEquals(RUNS * RECORDS_OF_A_RUN, truth.size(), name);
        Braid state = Braid.run("replay", journal.toString(), "--state-at", "" + truth.lastKey());
        assertEquals(0, state.status(), state.err());
        return new FuzzTemplate(name, journal, older, all, options, truth, state.text(), (RUNS + 1) * RECORDS_OF_A_RUN);
    }

    private static Path write(Path file, int from, int to) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = from; i < to; i++) {
            lines.append(line(i));
        }
        return Files.writeString(file, lines);
    }

    private static String line(int record) {
        return "{\"k\":\"key" + record % KEYS + "\",\"v\":" + record + "." + record % 10 + "}\n";
    }

    private static void run(Path journal, List<String> options, Path input) {
        Braid run = start(journal, options, input.toString());
        assertEquals(0, run.status(), run.err());
    }

    /** Starts the main job, which goes on with the journal, or begins it. */
    static Braid start(Path journal, List<String> options, String input) {
        return Braid.run(command(journal, options, input));
    }

    private static String[] command(Path journal, List<String> options, String input) {
        List<String> args = new ArrayList<>(List.of("run", "--resume", "--format", "json", "--journal"));
        args.addAll(List.of(journal.toString(), "--input", input));
        args.addAll(options);
        return args.toArray(String[]::new);
    }

    /** Copies what a kill would leave when all results are there, from a run whose input does not end. */
    private static void runAndKill(Path journal, List<String> options, Path input) throws Exception {
        Path living = journal.resolveSibling("living");
        Files.move(journal, living);
        CountDownLatch end = new CountDownLatch(1);
        Thread run = new Thread(() -> Braid.withInput(new OpenEnded(input, end), command(living, options, "-")));
        run.start();
        try {
            long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_S);
            int records = RUNS * RECORDS_OF_A_RUN;
            while (Replayed.of(Braid.run("replay", living.toString(), "--durable-only", "--format", "json"))
                            .results()
                            .size()
                    < records) {
                if (System.nanoTime() - deadlineNs > 0) {
                    throw new AssertionError(
                            "the run had not acknowledged " + records + " results after " + TIMEOUT_S + " s");
                }
                Thread.onSpinWait();
            }
            copy(living, journal);
        } finally {
            end.countDown();
            run.join(TimeUnit.SECONDS.toMillis(TIMEOUT_S));
        }
    }

    /** A file's bytes, and then nothing until it is told to end. */
    private static final class OpenEnded extends InputStream {
        private final byte[] bytes;
        private final CountDownLatch end;
        private int next;

        OpenEnded(Path file, CountDownLatch end) {
            try {
                this.bytes = Files.readAllBytes(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            this.end = end;
        }

        @Override
        public int read() {
            return next < bytes.length ? bytes[next++] : atEnd();
        }

        @Override
        public int read(byte[] to, int offset, int length) {
            if (next == bytes.length) {
                return atEnd();
            }
            int count = Math.min(length, bytes.length - next);
            System.arraycopy(bytes, next, to, offset, count);
            next += count;
            return count;
        }

        private int atEnd() {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return -1;
        }
    }

    boolean isKilled() {
        return name.contains("killed");
    }

    String lastSegment() {
        return "segment-000000000" + (RUNS - 1);
    }

    /** Copies a journal that may be in use, or a part of it. */
    static void copy(Path from, Path to) throws IOException {
        List<Path> paths = null;
        while (paths == null) {
            try (Stream<Path> walk = Files.walk(from)) {
                paths = walk.sorted().toList();
            } catch (UncheckedIOException e) {
                if (!(e.getCause() instanceof NoSuchFileException)) {
                    throw e;
                }
                // A manifest or a lease that was gone when the walk came to it: once more.
            }
        }
        for (Path path : paths) {
            try {
                copyOne(path, to.resolve(from.relativize(path).toString()));
            } catch (NoSuchFileException e) {
                // A lease of a reader that has ended.
            }
        }
    }

    private static void copyOne(Path path, Path target) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectories(target);
        } else if (Files.isSymbolicLink(path)) {
            Files.createSymbolicLink(target, Files.readSymbolicLink(path));
        } else if (path.getFileName().toString().endsWith(".lease")) {
            return; // Of a reader at this moment, another lane's: a seed is to mean one thing.
        } else if (Files.isRegularFile(path)) {
            Files.copy(path, target, StandardCopyOption.COPY_ATTRIBUTES);
        } else if (Files.exists(path)) {
            Files.createLink(target, path); // A named pipe.
        }
    }
}
