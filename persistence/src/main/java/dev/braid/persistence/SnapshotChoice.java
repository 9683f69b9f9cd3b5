package dev.braid.persistence;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The newest snapshot of a journal that is good, and not ahead of what it is wanted for. Choosing it changes nothing.
 *
 * @param file    of the snapshot, {@code null} if there is none to be used.
 * @param damaged newer ones that cannot be used, each with the reason; the newest first.
 */
record SnapshotChoice(Path file, List<String> damaged) {
    /**
     * Chooses.
     *
     * @param journal      id of the journal.
     * @param toSequence   state that is beyond it is not wanted.
     * @param lowWatermark of the journal: state that is beyond it is of results that are lost.
     * @param check        throws a {@link JournalException} for a snapshot for which nothing must be restored.
     */
    static SnapshotChoice newest(
            Path dir, int journal, long toSequence, long lowWatermark, Consumer<SnapshotFile.Header> check) {
        List<String> damaged = new ArrayList<>();
        for (Path file : SnapshotFile.newestFirst(dir)) {
            if (SnapshotFile.coveredBy(file) > toSequence) {
                continue;
            }
            try {
                SnapshotFile.Header header = SnapshotFile.check(file);
                if (header.journal() != journal) {
                    throw new IOException("it is of another journal");
                }
                check.accept(header);
                long highest = highestCovered(file);
                if (highest > toSequence) {
                    continue;
                }
                if (highest > lowWatermark) {
                    throw new IOException("it is ahead of the journal, which lost results that are part of it");
                }
                return new SnapshotChoice(file, List.copyOf(damaged));
            } catch (IOException e) {
                damaged.add(file.getFileName() + ": " + (e.getMessage() != null ? e.getMessage() : e.toString()));
            }
        }
        return new SnapshotChoice(null, List.copyOf(damaged));
    }

    private static long highestCovered(Path file) throws IOException {
        long[] highest = {-1};
        SnapshotFile.read(file, (subStream, covered, buffer, length) -> highest[0] = Math.max(highest[0], covered));
        return highest[0];
    }

    /** Name of the file, {@code null} for none. */
    String name() {
        return file == null ? null : file.getFileName().toString();
    }

    /** The first sequence that some state does not have. */
    long fromSequence() {
        return file == null ? 0 : SnapshotFile.coveredBy(file) + 1;
    }

    /** Throws if results that are needed besides the snapshot were given up. */
    void checkSuffices(Path dir, long firstSequence) {
        if (fromSequence() < firstSequence) {
            throw new JournalException("the state of journal " + dir + " cannot be rebuilt: results before sequence "
                    + firstSequence + " were given up, and no good snapshot covers them"
                    + (damaged.isEmpty() ? "" : ": " + String.join("; ", damaged)));
        }
    }
}
