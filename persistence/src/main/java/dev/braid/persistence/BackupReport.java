package dev.braid.persistence;

import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * Report of a backup: what it copied, and how far the copy goes.
 *
 * @param directory  folder of the journal.
 * @param target     folder of the copy.
 * @param files      segments and snapshots of the copy.
 * @param extent     results of the copy.
 * @param durationNs time that the backup took, with the check at the end.
 */
public record BackupReport(Path directory, Path target, Files files, Extent extent, long durationNs) {
    /**
     * Segments and snapshots of a copy.
     *
     * @param copied      number of files that were copied.
     * @param copiedBytes length of these files.
     * @param kept        number of segments and snapshots that were there from an earlier backup, and are as they should be.
     */
    public record Files(long copied, long copiedBytes, long kept) {}

    /**
     * Results of a copy.
     *
     * @param results      number of results, of this backup and earlier ones.
     * @param lowWatermark every sequence at or below it has its result in the copy; {@link
     *                     dev.braid.engine.BraidEngine#BEFORE_FIRST_SEQUENCE} if sequence 0 has none.
     * @param nextSequence highest sequence that has a result in the copy, plus 1.
     * @param inputNext    next sequence of the copy of the input journal, empty if there is none.
     */
    public record Extent(long results, long lowWatermark, long nextSequence, OptionalLong inputNext) {}
}
