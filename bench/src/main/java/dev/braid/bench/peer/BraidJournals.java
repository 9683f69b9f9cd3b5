package dev.braid.bench.peer;

import dev.braid.engine.Outcome;
import dev.braid.persistence.JournalWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.agrona.IoUtil;

/** A journal of Braid's as a writer leaves it that is killed, to be opened again and again. */
public final class BraidJournals {
    /** Bytes that a result takes in a frame, with its part of what a frame has besides. */
    private static final int RESULT_LENGTH = 16 + Setup.SMALL_PAYLOAD + 1;

    private static final String LOCK = "journal.lock";

    private final Path killed;
    private final Path opened;
    private final long results;
    /** Name of the last segment, the only one that is changed by an opening. */
    private String tail = "";

    /**
     * Writes it.
     *
     * @param work     folder for it, made by this.
     * @param segments of which all hold as many results, and the last one is not sealed.
     */
    public BraidJournals(Path work, int segments, int resultsPerSegment) throws IOException {
        Path living = Files.createDirectories(work).resolve("living");
        this.killed = work.resolve("killed");
        this.opened = work.resolve("opened");
        this.results = (long) segments * resultsPerSegment;
        long segmentSize = (long) resultsPerSegment * RESULT_LENGTH;
        if (segments > 1) {
            try (JournalWriter<BenchRecord> writer = open(living, segmentSize)) {
                write(writer, 0, results - resultsPerSegment);
                writer.onShutdown();
            }
        }
        try (JournalWriter<BenchRecord> writer = open(living, 2 * segmentSize)) {
            write(writer, results - resultsPerSegment, results);
            tail = lastSegment(living);
            copy(living, killed);
            writer.onShutdown();
        }
        IoUtil.delete(living.toFile(), false);
    }

    private static JournalWriter<BenchRecord> open(Path folder, long segmentSize) {
        return JournalWriter.builder(folder, new BenchRecordCodec())
                .segmentSize(segmentSize)
                .open();
    }

    private static void write(JournalWriter<BenchRecord> writer, long from, long to) {
        BenchRecord record = new BenchRecord();
        writer.resumePoint(); // As an engine asks before it starts.
        writer.onStart();
        for (long sequence = from; sequence < to; sequence++) {
            writer.onResult(record, sequence, 0, Outcome.PROCESSED, null);
            if (sequence % JournalCandidate.BATCH == 0 || sequence + 1 == to) {
                writer.onBatchEnd(sequence);
            }
        }
    }

    /** Opens it, as it was when its writer was killed, and returns how many nanoseconds that takes. */
    public long openKilled() throws IOException {
        copy(killed, opened);
        try {
            long startNs = System.nanoTime();
            try (JournalWriter<BenchRecord> writer =
                    JournalWriter.builder(opened, new BenchRecordCodec()).open()) {
                long ns = System.nanoTime() - startNs;
                if (writer.nextSequence() != results) {
                    throw new IOException(opened + " has " + writer.nextSequence() + " results, not " + results);
                }
                return ns;
            }
        } finally {
            IoUtil.delete(opened.toFile(), false);
        }
    }

    private static String lastSegment(Path journal) throws IOException {
        try (Stream<Path> files = Files.list(journal)) {
            return files.filter(Files::isDirectory)
                    .map(folder -> folder.getFileName().toString())
                    .max(String::compareTo)
                    .orElseThrow();
        }
    }

    /** What nobody will change is not copied, but linked. */
    private void copy(Path from, Path to) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(from)) {
            paths = walk.toList();
        }
        for (Path path : paths) {
            Path target = to.resolve(from.relativize(path).toString());
            if (Files.isDirectory(path)) {
                Files.createDirectory(target);
            } else if (isChanged(path, from)) {
                Files.copy(path, target);
            } else {
                Files.createLink(target, path);
            }
        }
    }

    /** The lock file stays the one that the writer had: to a new one an opening gives time, for another writer may have it. */
    private boolean isChanged(Path file, Path journal) {
        Path folder = file.getParent();
        return folder.equals(journal) && !file.endsWith(LOCK)
                || folder.getFileName().toString().equals(tail);
    }
}
