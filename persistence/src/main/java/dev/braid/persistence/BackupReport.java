package dev.braid.persistence;

import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * Report of a backup: what it copied, and how far the copy goes.
 *
 * @param directory    of the journal.
 * @param target       where the copy is.
 * @param copied       files that were copied: segments' and snapshots.
 * @param copiedBytes  of these.
 * @param kept         segments and snapshots that were there from a backup before, and are as they should be.
 * @param results      of the copy, all of them.
 * @param lowWatermark of the copy: every sequence at or below it has its result there.
 * @param nextSequence the highest sequence that has a result in the copy, plus 1.
 * @param inputNext    the next sequence of the copy of the input journal, empty if there is none.
 * @param durationNs   how long it took, with the check at the end.
 */
public record BackupReport(
        Path directory,
        Path target,
        long copied,
        long copiedBytes,
        long kept,
        long results,
        long lowWatermark,
        long nextSequence,
        OptionalLong inputNext,
        long durationNs) {}
