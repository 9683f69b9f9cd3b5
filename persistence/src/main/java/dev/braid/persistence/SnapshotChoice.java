package dev.braid.persistence;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The newest snapshot of a journal that is good, of its timeline, and not beyond what it is wanted for. Choosing it changes
 * nothing.
 *
 * @param file   file of the snapshot, {@code null} if there is none to be used.
 * @param header header of the snapshot, {@code null} if there is none.
 * @param unused others that cannot be used, each with the reason; the newest first.
 */
record SnapshotChoice(Path file, SnapshotHeader header, List<String> unused) {
    /**
     * Chooses.
     *
     * @param aside        those that are known not to be of the journal.
     * @param toSequence   state that is beyond it is not wanted.
     * @param lowWatermark low watermark of the journal: state that is beyond it is of results that are lost.
     * @param trustsFirst  whether those of version 1 are taken to be of the journal, which they do not prove.
     * @param ids          that sub-streams have now.
     * @param check        throws a {@link JournalException} for a snapshot for which nothing must be restored.
     */
    static SnapshotChoice newest(
            Timeline timeline,
            List<ForeignSnapshots.Foreign> aside,
            long toSequence,
            long lowWatermark,
            boolean trustsFirst,
            SubStreamIds ids,
            Consumer<SnapshotHeader> check) {
        List<String> unused = new ArrayList<>();
        aside.forEach(foreign -> unused.add(foreign.reason()));
        List<String> names = aside.stream().map(ForeignSnapshots.Foreign::name).toList();
        for (Path file : SnapshotFile.newestFirst(timeline.dir())) {
            if (SnapshotFile.coveredBy(file) > toSequence
                    || names.contains(file.getFileName().toString())) {
                continue;
            }
            try {
                SnapshotHeader header = SnapshotFile.check(file);
                long highest = SnapshotFile.highestCovered(file, header);
                String why = whyNot(header, highest, timeline, lowWatermark, trustsFirst);
                if (why != null) {
                    throw new IOException(why);
                }
                String whyNotNow = ids.whyNot(header).orElse(null);
                if (whyNotNow != null) {
                    throw new IOException(whyNotNow);
                }
                check.accept(header);
                if (highest <= toSequence) {
                    return new SnapshotChoice(file, header, List.copyOf(unused));
                }
            } catch (IOException e) {
                unused.add(file.getFileName() + ": " + (e.getMessage() != null ? e.getMessage() : e.toString()));
            }
        }
        return new SnapshotChoice(null, null, List.copyOf(unused));
    }

    private static String whyNot(
            SnapshotHeader header, long highest, Timeline timeline, long lowWatermark, boolean trustsFirst) {
        String why = ForeignSnapshots.whyNot(header, timeline);
        if (why != null) {
            return why;
        }
        if (header.place() == null && !trustsFirst) {
            return "it is of version 1, which does not prove of which course of the journal's events it is: the state is"
                    + " rebuilt without it; where that cannot be done, HandlerStatesBuilder.trustVersion1 takes it"
                    + " unproven, which is right unless results were lost, or salvaged, after it was taken";
        }
        return highest > lowWatermark ? "it is ahead of the journal, which lost results that are part of it" : null;
    }

    /** Returns the name of the file. */
    Optional<String> name() {
        return Optional.ofNullable(file).map(place -> place.getFileName().toString());
    }

    /** Returns the first sequence that is missing from some state. */
    long fromSequence() {
        return file == null ? 0 : SnapshotFile.coveredBy(file) + 1;
    }

    /** Throws if results that are needed besides the snapshot were deleted by retention. */
    void checkSuffices(Path dir, long firstSequence) {
        if (fromSequence() < firstSequence) {
            throw new JournalException("the state of journal " + dir + " cannot be rebuilt: results before sequence "
                    + firstSequence + " were given up, and no good snapshot covers them"
                    + (unused.isEmpty() ? "" : ": " + String.join("; ", unused)));
        }
    }
}
