package dev.braid.persistence;

import static dev.braid.persistence.TestJournal.*;

import dev.braid.engine.HandlerGroup;
import dev.braid.engine.Outcome;
import dev.braid.persistence.TestJournal.Line;
import dev.braid.persistence.TestJournal.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * A journal as this version writes it: one segment that was closed, one that was full, and one whose writer was killed. What
 * is kept of it in {@code golden-1.zip} and so on, for each version of the format, must be readable for good: it is made anew,
 * under another name, for a new version only.
 */
final class GoldenJournal {
    static final List<HandlerGroup<Line>> GROUPS = List.of(
            HandlerGroup.named("gold").weight(8).subStreams(2, i -> (line, sequence, endOfBatch) -> {}),
            HandlerGroup.named("bronze").weight(1).subStreams(3, i -> (line, sequence, endOfBatch) -> {}));

    /** Of the second and the third segment: so long that the second one is full. */
    private static final String FILLER = "-".repeat(1000);

    private static final long FIRST_TIME_NS = 1_780_000_000_000_000_000L;
    private static final int LAST_OF_FIRST_RUN = 7;
    private static final int LAST = 89;

    private GoldenJournal() {}

    /** What is in it, in the order in which it stands there. */
    static List<Result> results() {
        List<Result> results = new ArrayList<>();
        for (long sequence : new long[] {1, 0, 2, 3, 6, 4, 5, 7}) {
            results.add(
                    switch ((int) sequence) {
                        case 3 -> new Result(sequence, -1, Outcome.FAILED, "line 4: bad");
                        case 4 -> new Result(sequence, 4, Outcome.SHED, "");
                        case 5 -> new Result(sequence, -1, Outcome.LOST, "");
                        default -> new Result(sequence, (int) sequence % 5, Outcome.PROCESSED, text(sequence));
                    });
        }
        for (long sequence = LAST_OF_FIRST_RUN + 1; sequence <= LAST; sequence++) {
            results.add(new Result(sequence, (int) sequence % 5, Outcome.PROCESSED, text(sequence) + FILLER));
        }
        return results;
    }

    private static void write(JournalWriter<Line> writer, List<Result> results) {
        SequenceTracker tracker = new SequenceTracker(writer.lowWatermark() + 1);
        for (Result result : results) {
            Line line = new Line();
            line.text = result.text();
            IOException cause = result.outcome() == Outcome.FAILED ? new IOException(result.text()) : null;
            writer.onResult(line, result.sequence(), result.subStream(), result.outcome(), cause);
            tracker.add(result.sequence());
            if (result.sequence() % 3 != 0) {
                writer.onBatchEnd(tracker.next() - 1);
            }
        }
        writer.onBatchEnd(tracker.next() - 1);
    }

    private static JournalWriterBuilder<Line> writer(Path dir, long[] nowNs) {
        return JournalWriter.builder(dir, CODEC).groups(GROUPS).clock(() -> nowNs[0] += 1_000_000);
    }

    /** Writes it to a folder. */
    private static void make(Path dir) throws IOException {
        Path living = Files.createTempDirectory("golden");
        long[] nowNs = {FIRST_TIME_NS};
        int firstRun = LAST_OF_FIRST_RUN + 1;
        try (JournalWriter<Line> writer = writer(living, nowNs).open()) {
            writer.begin();
            write(writer, results().subList(0, firstRun));
            writer.onShutdown();
        }
        try (JournalWriter<Line> writer =
                writer(living, nowNs).segmentSize(64 * 1024).open()) {
            writer.begin();
            write(writer, results().subList(firstRun, results().size()));
            copy(living, dir);
            writer.onShutdown();
        }
    }

    /** Unpacks the one that is kept of a version of the format. */
    static void unpack(int version, Path dir) throws IOException {
        Path packed = Path.of("src", "test", "golden", "golden-" + version + ".zip");
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(packed))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path file = dir.resolve(entry.getName());
                Files.createDirectories(file.getParent());
                Files.copy(zip, file);
            }
        }
    }

    /** Packs a new one: {@code GoldenJournal FILE.zip}. */
    public static void main(String[] args) throws IOException {
        Path dir = Files.createTempDirectory("golden");
        make(dir);
        try (Stream<Path> walk = Files.walk(dir);
                ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(Path.of(args[0])))) {
            for (Path file : walk.filter(Files::isRegularFile).sorted().toList()) {
                zip.putNextEntry(new ZipEntry(dir.relativize(file).toString()));
                Files.copy(file, zip);
                zip.closeEntry();
            }
        }
    }
}
