package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.lmax.disruptor.EventHandler;
import dev.braid.engine.BraidEngine;
import dev.braid.engine.EngineBuilder;
import dev.braid.engine.HandlerGroup;
import dev.braid.engine.MergeOrder;
import dev.braid.engine.Outcome;
import dev.braid.engine.ThreadingMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** Records, stateful handlers and engines for tests of restarts. What becomes of a record depends on all before it. */
final class Restarts {
    static final int KEYS = 12;
    private static final int SUB_STREAMS = 6;

    private Restarts() {}

    /** A record: of a key, with how many of its key there were, and a number that all of them made. */
    static final class Tx {
        int key;
        long value;
        long count;
        long fold;

        void fill(long sequence) {
            key = (int) (sequence * 7 % KEYS);
            value = sequence;
        }
    }

    static final RecordCodec<Tx> CODEC = new RecordCodec<>() {
        @Override
        public int encode(Tx tx, MutableDirectBuffer buffer, int offset) {
            buffer.putInt(offset, tx.key);
            buffer.putLong(offset + 4, tx.value);
            buffer.putLong(offset + 12, tx.count);
            buffer.putLong(offset + 20, tx.fold);
            return 28;
        }

        @Override
        public void decode(Tx tx, DirectBuffer buffer, int offset, int length) {
            tx.key = buffer.getInt(offset);
            tx.value = buffer.getLong(offset + 4);
            tx.count = buffer.getLong(offset + 12);
            tx.fold = buffer.getLong(offset + 20);
        }
    };

    /** Is told of everything that happens to a record. */
    interface Probe {
        void at(Moment moment, long sequence) throws IOException;
    }

    /** In the life of a record. */
    enum Moment {
        CLAIMED,
        TAGGED,
        LEASED,
        HANDLED,
        MERGED,
        FRAMED,
        FORCED
    }

    static final class Folds implements StatefulHandler<Tx> {
        private final Probe probe;
        final long[] counts = new long[KEYS];
        final long[] folds = new long[KEYS];

        Folds(Probe probe) {
            this.probe = probe;
        }

        @Override
        public void onEvent(Tx tx, long sequence, boolean endOfBatch) throws IOException {
            probe.at(Moment.LEASED, sequence);
            tx.count = ++counts[tx.key];
            tx.fold = folds[tx.key] = folds[tx.key] * 31 + tx.value;
            probe.at(Moment.HANDLED, sequence);
        }

        @Override
        public void onReplay(Tx tx, long sequence) {
            assertEquals(counts[tx.key] + 1, tx.count, "replayed out of order: " + sequence);
            counts[tx.key] = tx.count;
            folds[tx.key] = tx.fold;
        }

        @Override
        public int snapshot(MutableDirectBuffer buffer, int offset) {
            for (int key = 0; key < KEYS; key++) {
                buffer.putLong(offset + 16 * key, counts[key]);
                buffer.putLong(offset + 16 * key + 8, folds[key]);
            }
            return 16 * KEYS;
        }

        @Override
        public void restore(DirectBuffer buffer, int offset, int length) {
            assertEquals(16 * KEYS, length);
            for (int key = 0; key < KEYS; key++) {
                counts[key] = buffer.getLong(offset + 16 * key);
                folds[key] = buffer.getLong(offset + 16 * key + 8);
            }
        }
    }

    static int subStreamOf(Tx tx) {
        return tx.key % SUB_STREAMS;
    }

    static List<HandlerGroup<Tx>> groups(Probe probe) {
        return List.of(
                HandlerGroup.named("gold")
                        .weight(9)
                        .<Tx>subStreams(1, id -> new Folds(probe))
                        .ownIngress(),
                HandlerGroup.named("silver").weight(3).subStreams(2, id -> new Folds(probe)),
                HandlerGroup.named("bronze")
                        .weight(1)
                        .<Tx>subStreams(3, id -> new Folds(probe))
                        .ownIngress());
    }

    /** Returns these groups with handlers that keep no state over restarts. */
    static List<HandlerGroup<Tx>> plainGroups(Probe probe) {
        return groups(probe).stream()
                .map(group -> group.handlers(number -> {
                    EventHandler<? super Tx> folds = group.handlers().apply(number);
                    return folds::onEvent;
                }))
                .toList();
    }

    static EngineBuilder<Tx> engine(MergeOrder order, int workers, Probe probe) {
        EngineBuilder<Tx> builder = BraidEngine.<Tx>builder(Tx::new)
                .partitioner(tx -> {
                    probeQuietly(probe, tx.value);
                    return subStreamOf(tx);
                })
                .ringSize(64)
                .inFlight(64)
                .round(8)
                .onWarning(warning -> {})
                .mergeOrder(order);
        return workers == 0
                ? builder.threadingMode(ThreadingMode.INVOKER)
                : builder.threadingMode(ThreadingMode.DEDICATED).workers(workers);
    }

    private static void probeQuietly(Probe probe, long sequence) {
        try {
            probe.at(Moment.TAGGED, sequence);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Copies what a process that is killed now would leave, while it goes on. */
    static void image(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        for (String part : List.of("journal.mark", "journal.lock", SnapshotFile.FOLDER, "manifest", "")) {
            copy(from, from.resolve(part), to);
        }
    }

    private static void copy(Path root, Path part, Path to) throws IOException {
        if (!Files.exists(part)) {
            return;
        }
        for (Path path : list(part)) {
            Path target = to.resolve(root.relativize(path).toString());
            try {
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else if (!Files.exists(target)) {
                    Files.copy(path, target, StandardCopyOption.COPY_ATTRIBUTES);
                }
            } catch (NoSuchFileException e) {
                // Deleted meanwhile.
            }
        }
    }

    private static List<Path> list(Path part) throws IOException {
        while (true) {
            try (Stream<Path> walk = Files.walk(part)) {
                return walk.sorted(Comparator.naturalOrder()).toList();
            } catch (UncheckedIOException e) {
                if (!(e.getCause() instanceof NoSuchFileException)) { // Deleted meanwhile.
                    throw e;
                }
            }
        }
    }

    /** What an uninterrupted run makes of each record. */
    static void checkResults(Path dir, int records) {
        long[] counts = new long[KEYS];
        long[] folds = new long[KEYS];
        List<Long> sequences = new ArrayList<>();
        Tx tx = new Tx();
        Tx expected = new Tx();
        try (JournalReader reader = JournalReader.open(dir, ReadOrder.SEQUENCE)) {
            while (reader.poll(
                            (sequence, subStream, outcome, timeNs, buffer, offset, length) -> {
                                assertEquals(Outcome.PROCESSED, outcome);
                                assertEquals(sequences.size(), sequence);
                                sequences.add(sequence);
                                CODEC.decode(tx, buffer, offset, length);
                                expected.fill(sequence);
                                folds[expected.key] = folds[expected.key] * 31 + expected.value;
                                assertEquals(expected.key, tx.key, "key of " + sequence);
                                assertEquals(++counts[expected.key], tx.count, "count of " + sequence);
                                assertEquals(folds[expected.key], tx.fold, "fold of " + sequence);
                            },
                            100)
                    > 0) {
                // Go on.
            }
        }
        assertEquals(records, sequences.size());
        VerifyReport report = Journals.verify(dir, TestJournal.NO_PROGRESS);
        assertTrue(report.isGood() && report.results() == records, report::toString);
    }

    /** What state is rebuilt, without restarting anything. */
    static long[] stateAt(Path dir, long sequence) {
        Folds[] handlers = new Folds[SUB_STREAMS];
        Arrays.setAll(handlers, i -> new Folds((moment, at) -> {}));
        new StateRebuild<>(dir, CODEC, Tx::new, i -> handlers[i])
                .toSequence(sequence)
                .run();
        return merge(handlers);
    }

    private static long[] merge(Folds[] handlers) {
        long[] state = new long[2 * KEYS];
        for (Folds handler : handlers) {
            for (int key = 0; key < KEYS; key++) {
                state[2 * key] += handler.counts[key];
                state[2 * key + 1] += handler.folds[key];
            }
        }
        return state;
    }

    /** What state an uninterrupted run has after a sequence. */
    static long[] expectedStateAt(long last) {
        long[] state = new long[2 * KEYS];
        Tx tx = new Tx();
        for (long sequence = 0; sequence <= last; sequence++) {
            tx.fill(sequence);
            state[2 * tx.key]++;
            state[2 * tx.key + 1] = state[2 * tx.key + 1] * 31 + tx.value;
        }
        return state;
    }
}
