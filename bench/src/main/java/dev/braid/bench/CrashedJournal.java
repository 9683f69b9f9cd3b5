package dev.braid.bench;

import com.lmax.disruptor.dsl.ProducerType;
import dev.braid.engine.BraidEngine;
import dev.braid.engine.HandlerGroup;
import dev.braid.engine.Ingress;
import dev.braid.persistence.HandlerStates;
import dev.braid.persistence.JournalWriter;
import dev.braid.persistence.Unfinished;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.agrona.IoUtil;

/** A journal with snapshots, as left by a process that was killed while it wrote. Each restart gets a copy of its own. */
final class CrashedJournal {
    private static final int CLAIM = 16;
    private static final long TIMEOUT_S = 300;
    private static final String SNAPSHOTS = "snapshots";
    /** The writer's own file is copied: opening waits before it takes over a new lock file, since another writer may have it. */
    private static final String LOCK = "journal.lock";

    /** The number of last segments that may be written to, and are copied; earlier ones are sealed, and shared. */
    private static final int UNSEALED = 4;

    private final Path folder;
    private final long results;
    private final long total;

    /** The time of a restart, and the number of results that it replayed. */
    record Restarted(long readyNs, long replayed) {}

    private CrashedJournal(Path folder, long results, long total) {
        this.folder = folder;
        this.results = results;
        this.total = total;
    }

    private static List<HandlerGroup<Deposit>> groups() {
        return List.of(
                HandlerGroup.named("gold").weight(3).subStreams(Deposit.SUB_STREAMS / 2, Deposit.State.ARRAYS::handler),
                HandlerGroup.named("bronze")
                        .weight(1)
                        .subStreams(Deposit.SUB_STREAMS / 2, Deposit.State.ARRAYS::handler));
    }

    /** Writes a journal of the given results, with snapshots, and half as many results after the last snapshot as between two. */
    static CrashedJournal write(Path work, long results, long snapshotEvery, long segmentSize)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory(work, "braid-recovery-");
        Path living = folder.resolve("living");
        long total = results + snapshotEvery / 2;
        try (JournalWriter<Deposit> journal = JournalWriter.builder(living, Deposit.CODEC)
                        .groups(groups())
                        .segmentSize(segmentSize)
                        .open();
                HandlerStates<Deposit> states = HandlerStates.builder(journal, groups(), Deposit::new)
                        .snapshotEvery(snapshotEvery)
                        .open();
                BraidEngine<Deposit> engine = engine(journal, states)) {
            publish(engine, journal, 0, results);
            awaitSnapshot(living.resolve(SNAPSHOTS), results - snapshotEvery / 4);
            publish(engine, journal, results, total);
            copy(living, folder.resolve("killed"));
        }
        IoUtil.delete(living.toFile(), false);
        return new CrashedJournal(folder, results, total);
    }

    private static BraidEngine<Deposit> engine(JournalWriter<Deposit> journal, HandlerStates<Deposit> states) {
        return BraidEngine.<Deposit>builder(Deposit::new)
                .groups(states.groups())
                .partitioner(Deposit::subStream)
                .producerType(ProducerType.SINGLE)
                .merge(journal)
                .start();
    }

    private static void publish(BraidEngine<Deposit> engine, JournalWriter<Deposit> journal, long from, long to)
            throws InterruptedException {
        Ingress<Deposit> ingress = engine.ingress();
        for (long next = from; next < to; next += CLAIM) {
            int count = (int) Math.min(CLAIM, to - next);
            long last = ingress.next(count);
            for (long sequence = last - count + 1; sequence <= last; sequence++) {
                ingress.get(sequence).account = sequence * 7919 % Deposit.ACCOUNTS;
            }
            ingress.publish(last - count + 1, last);
        }
        if (!journal.awaitDurable(to - 1, Duration.ofSeconds(TIMEOUT_S))) {
            throw new IllegalStateException("not " + to + " results within " + TIMEOUT_S + " s");
        }
    }

    /** Waits for the first snapshot that covers the given results. It is begun when they are there, and appears soon. */
    private static void awaitSnapshot(Path snapshots, long covered) throws IOException, InterruptedException {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_S);
        while (newest(snapshots) < covered) {
            if (System.nanoTime() > deadlineNs) {
                throw new IllegalStateException("no snapshot of " + covered + " results within " + TIMEOUT_S + " s");
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    private static long newest(Path snapshots) throws IOException {
        if (!Files.isDirectory(snapshots)) {
            return -1;
        }
        try (Stream<Path> files = Files.list(snapshots)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("snapshot-\\d+"))
                    .mapToLong(name -> Long.parseLong(name.substring(name.indexOf('-') + 1)))
                    .max()
                    .orElse(-1);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(from)) {
            paths = walk.sorted().toList();
        }
        List<Path> segments = paths.stream()
                .filter(path -> path.getFileName().toString().startsWith("segment-"))
                .toList();
        List<Path> sealed = segments.subList(0, Math.max(0, segments.size() - UNSEALED));
        for (Path path : paths) {
            Path target = to.resolve(from.relativize(path).toString());
            if (Files.isDirectory(path)) {
                Files.createDirectories(target);
            } else if (sealed.contains(path.getParent()) || path.endsWith(LOCK)) {
                Files.createLink(target, path);
            } else {
                copyUnlessGone(path, target);
            }
        }
    }

    /** Copies a file unless it is gone: the journal is in use, and files that are written under a temporary name vanish. */
    private static void copyUnlessGone(Path from, Path to) throws IOException {
        try {
            Files.copy(from, to);
        } catch (NoSuchFileException e) {
            // It was complete, and has replaced its predecessor.
        }
    }

    /** Returns how many results the journal had when the last snapshot was due. */
    long results() {
        return results;
    }

    /** Returns how many results the journal has. */
    long total() {
        return total;
    }

    /** Restarts an engine on a copy. */
    Restarted restart() throws IOException {
        Path again = folder.resolve("again");
        copy(folder.resolve("killed"), again);
        long startNs = System.nanoTime();
        try (JournalWriter<Deposit> journal = JournalWriter.builder(again, Deposit.CODEC)
                        .groups(groups())
                        .unfinished(Unfinished.RESEND)
                        .open();
                HandlerStates<Deposit> states =
                        HandlerStates.builder(journal, groups(), Deposit::new).open();
                BraidEngine<Deposit> engine = engine(journal, states)) {
            long readyNs = System.nanoTime() - startNs;
            if (engine.lowWatermark() + 1 != total) {
                throw new IllegalStateException(
                        "it has " + (engine.lowWatermark() + 1) + " results instead of " + total);
            }
            return new Restarted(readyNs, states.report().replayed());
        } finally {
            IoUtil.delete(again.toFile(), false);
        }
    }

    /** Deletes the snapshots of the original, which restarts copy. */
    Path withoutSnapshots() {
        Path killed = folder.resolve("killed");
        IoUtil.delete(killed.resolve(SNAPSHOTS).toFile(), true);
        return killed;
    }
}
