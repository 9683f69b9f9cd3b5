package dev.braid.persistence;

import dev.braid.engine.JvmFlags;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Operations on whole journals: describe, verify, compare, salvage, back up. The journal is not changed; all may be done by any
 * thread, also while it is being written. {@link JournalRetention} deletes old segments, {@link JournalFrames} shows bytes.
 */
public final class Journals {
    private static final ProgressListener NO_PROGRESS = ProgressListener.NONE;

    private Journals() {}

    /**
     * Tells whether a folder is a journal, even an empty or damaged one.
     *
     * @param dir folder, which need not exist.
     * @return {@code true} if it has a journal's lock file, a manifest or segments.
     * @throws JournalException if the folder cannot be read.
     */
    public static boolean isJournal(Path dir) {
        return JournalFolder.isJournal(dir);
    }

    /**
     * Returns where the input journal of a journal is, according to the journal.
     *
     * @param dir folder of the journal.
     * @return a folder, which may be missing; empty if the journal has none, or does without it by now.
     * @throws JournalException if there is no journal, or it cannot be read.
     */
    public static Optional<Path> inputJournal(Path dir) {
        JournalFolder.checkJournal(dir);
        return Optional.ofNullable(InputCheck.place(dir, ManifestFile.readOrGuess(dir, problem -> {}), null));
    }

    /**
     * Returns the handler groups of the engines that wrote a journal. Reads the first frame of every segment.
     *
     * @param dir folder of the journal.
     * @return for each segment that is not empty its groups, in the order of their sub-streams; none where none were
     *         recorded, or the record of them is damaged.
     * @throws JournalException if there is no journal, or its files cannot be read.
     */
    public static List<List<JournalGroup>> groups(Path dir) {
        JournalFolder.checkJournal(dir);
        Manifest manifest = ManifestFile.readOrGuess(dir, problem -> {});
        List<List<JournalGroup>> groups = new ArrayList<>();
        for (JournalFolder.Segment segment : JournalFolder.segments(dir)) {
            VerifyFindings findings = new VerifyFindings();
            try (SegmentReader reader = new SegmentReader(segment, manifest.journal(), null, null, findings)) {
                if (reader.next() || !findings.isGood()) {
                    groups.add(reader.groups());
                }
            }
        }
        return groups;
    }

    /**
     * Describes what a journal holds, by its manifest; reads only segments that are not sealed. It says nothing about whether
     * what is sealed is as it was written: see {@link #verify}.
     *
     * @param dir folder of the journal.
     * @return its description.
     * @throws JournalDamagedException if the manifest, or what it does not cover, is damaged; the message says where.
     * @throws JournalException        if there is no journal, or it cannot be read.
     */
    public static JournalDescription describe(Path dir) {
        JournalDescription description = describe(dir, NO_PROGRESS);
        description.problems().forEach(ProblemListener.STRICT::onProblem);
        return description;
    }

    /**
     * Describes what a journal holds, and reports damage as a part of the description: what is missing cannot be counted.
     *
     * @param dir      folder of the journal.
     * @param progress receives the progress of the work.
     * @return its description.
     * @throws JournalException if there is no journal, or it cannot be read.
     */
    public static JournalDescription describe(Path dir, ProgressListener progress) {
        JournalFolder.checkJournal(dir);
        while (true) {
            JournalRecovery found = new JournalRecovery(dir, progress);
            JournalDescription description = describe(dir, found);
            if (description.problems().isEmpty() || !isGivenUpSince(dir, found.manifest())) {
                return description;
            }
        }
    }

    private static JournalDescription describe(Path dir, JournalRecovery found) {
        Set<JournalProblem> problems = new LinkedHashSet<>(found.report().problems());
        Manifest manifest = found.manifest();
        List<SegmentDescription> segments = new ArrayList<>();
        for (SealedSegment sealed : manifest.sealed()) {
            JournalFolder.Segment segment = JournalFolder.segment(dir, sealed.number());
            ProblemListener listener = segment.dataLength() == 0 ? problem -> {} : problems::add; // That is known.
            try (SegmentReader reader = new SegmentReader(segment, manifest.journal(), sealed, null, listener)
                    .after(manifest.lowWatermarkBefore(sealed.number()))) {
                reader.next();
                segments.add(SegmentDescription.of(segment, sealed, reader.groups()));
            }
        }
        for (SegmentTail tail : found.tails()) {
            segments.add(SegmentDescription.of(tail.segment(), tail.account(), tail.groups()));
        }
        return new JournalDescription(
                dir,
                manifest.origin().createdNs() == 0
                        ? OptionalLong.empty()
                        : OptionalLong.of(manifest.origin().createdNs()),
                List.copyOf(segments),
                new JournalDescription.Sequences(
                        manifest.firstSequence(),
                        found.highestSequence() < 0 ? OptionalLong.empty() : OptionalLong.of(found.highestSequence()),
                        found.sequences().next() - 1,
                        found.missing()),
                JournalLock.isHeld(dir),
                List.copyOf(problems));
    }

    /**
     * Checks a journal: all checksums and hashes, that no frame, segment or sequence is missing or doubled, and that the
     * results of each sub-stream are in sequence order. Reads every frame, and goes on after damage where it can.
     *
     * @param dir      folder of the journal.
     * @param progress receives the progress of the work.
     * @return what was found.
     * @throws JournalException if there is no journal, or its files cannot be read.
     */
    public static VerifyReport verify(Path dir, ProgressListener progress) {
        return verify(dir, null, progress);
    }

    /**
     * Checks a journal whose input journal may have been moved.
     *
     * @param dir      folder of the journal.
     * @param input    folder of its input journal; {@code null} for the place in which it was, as seen from the journal's folder.
     * @param progress receives the progress of the work.
     * @return what was found, in both.
     * @throws JournalException if there is no journal, or its files cannot be read.
     */
    public static VerifyReport verify(Path dir, Path input, ProgressListener progress) {
        JournalFolder.checkBegun(dir);
        InputFindings ofInput = new InputFindings(dir, input);
        while (true) {
            JournalRecovery found = new JournalRecovery(dir, NO_PROGRESS);
            VerifyFindings findings = new VerifyFindings();
            found.problems().forEach(findings::onProblem);
            JournalAudit audit = new JournalAudit(found, problem -> findings.onProblem(found.named(problem)), progress);
            audit.run();
            if (findings.isGood() || !isGivenUpSince(dir, found.manifest())) {
                ofInput.report(found, place -> verify(place, progress), findings);
                return findings.report(audit.results(), audit.frames());
            }
        }
    }

    /**
     * Checks the end of a journal: that the manifest is good, all segments are there and long enough, and those that are
     * not sealed are good. This is what a writer checks when it opens the journal.
     *
     * @param dir      folder of the journal.
     * @param progress receives the progress of the work.
     * @return what was found; its results and frames are those of the segments that were read.
     * @throws JournalException if there is no journal, or its files cannot be read.
     */
    public static VerifyReport verifyTail(Path dir, ProgressListener progress) {
        return verifyTail(dir, null, progress);
    }

    /**
     * Checks the end of a journal whose input journal may have been moved.
     *
     * @param dir      folder of the journal.
     * @param input    folder of its input journal; {@code null} for the place in which it was, as seen from the journal's folder.
     * @param progress receives the progress of the work.
     * @return what was found, in both; its results and frames are those of this journal's segments that were read.
     * @throws JournalException if there is no journal, or its files cannot be read.
     */
    public static VerifyReport verifyTail(Path dir, Path input, ProgressListener progress) {
        JournalFolder.checkBegun(dir);
        InputFindings ofInput = new InputFindings(dir, input);
        while (true) {
            JournalRecovery found = new JournalRecovery(dir, progress);
            VerifyFindings findings = new VerifyFindings();
            found.report().problems().forEach(findings::onProblem);
            if (findings.isGood() || !isGivenUpSince(dir, found.manifest())) {
                ofInput.report(found, place -> verifyTail(place, progress), findings);
                return findings.report(
                        found.tails().stream()
                                .mapToLong(tail -> tail.seal().contents().results())
                                .sum(),
                        found.tails().stream().mapToLong(SegmentTail::frames).sum());
            }
        }
    }

    /** Tells whether retention deleted segments while they were read. */
    static boolean isGivenUpSince(Path dir, Manifest manifest) {
        return ManifestFile.readOrGuess(dir, problem -> {}).firstSegment() > manifest.firstSegment();
    }

    /**
     * Predicts what a restart would find and do. Reads what is not sealed, and the results after the newest snapshot.
     *
     * @param dir      folder of the journal.
     * @param input    folder of the input journal; {@code null} for the place in which it was, as seen from the journal's folder.
     * @param progress receives the progress of the work.
     * @return the plan: its numbers are those that the restart reports, if it comes next.
     * @throws JournalException if there is no journal, or its files cannot be read.
     */
    public static RecoveryPlan recoveryPlan(Path dir, Path input, ProgressListener progress) {
        JournalFolder.checkJournal(dir);
        if (input != null) {
            JournalFolder.checkJournal(input);
        }
        while (true) {
            Manifest before = ManifestFile.readOrGuess(dir, problem -> {});
            Path place = InputCheck.place(dir, before, input);
            Manifest beforeOfInput = place == null ? null : ManifestFile.readOrGuess(place, problem -> {});
            RecoveryPlan plan = RecoveryPlan.of(dir, place, beforeOfInput, progress);
            if (!plan.isRefused()
                    || !isGivenUpSince(dir, before) && (place == null || !isGivenUpSince(place, beforeOfInput))) {
                return plan;
            }
        }
    }

    /**
     * Copies all that is provably good of a journal into a new one, whatever damage lies in between; the old one is not
     * changed. The new journal is sound: what was lost has the outcome LOST there, so that every sequence still has exactly
     * one, and it can be written on. Times, groups and frames stay as they were; what retention deleted stays deleted. Good
     * snapshots of handlers' state are copied, too: what is part of them is safe even where its result is lost. Of several
     * data files of a segment one is taken, that which is as the manifest says, if there is such; the report names all.
     *
     * @param dir      folder of the journal.
     * @param target   folder of the new journal: absent, or an empty folder. It is there when it is whole, and not before.
     * @param progress receives the progress of the work.
     * @return what was copied, and what is missing.
     * @throws JournalNotEmptyException if the target is not empty.
     * @throws JournalException         if there is no journal, not one good frame of it, its version is newer than this one,
     *                                  or the new one cannot be written.
     */
    public static SalvageReport salvage(Path dir, Path target, ProgressListener progress) {
        return salvageUpTo(JournalSalvage.AS_MANY_AS_FIT, dir, target, progress);
    }

    /**
     * Salvages with a given bound on how many sequences are declared LOST. By default these are as many as the
     * files that are there could have held results: a low watermark that asks for more is damage, which the report names.
     *
     * @param dir      folder of the journal.
     * @param target   folder of the new journal, as above.
     * @param maxLost  maximum number; each of them takes 16 bytes in the new journal.
     * @param progress receives the progress of the work.
     * @return what was copied, and what is missing.
     * @throws JournalException         as above.
     * @throws IllegalArgumentException if {@code maxLost} is negative.
     */
    public static SalvageReport salvage(Path dir, Path target, long maxLost, ProgressListener progress) {
        if (maxLost < 0) {
            throw new IllegalArgumentException("maxLost must not be negative: " + maxLost);
        }
        return salvageUpTo(maxLost, dir, target, progress);
    }

    private static SalvageReport salvageUpTo(long maxLost, Path dir, Path target, ProgressListener progress) {
        JournalFolder.checkJournal(dir);
        if (JournalFolder.real(target).startsWith(JournalFolder.real(dir))) {
            throw new JournalException("the new journal, " + target + ", must not be in the old one, " + dir);
        }
        JournalRecovery found = new JournalRecovery(dir, NO_PROGRESS);
        found.checkReadable();
        Manifest manifest = JournalSalvage.manifestOf(found);
        try (SalvageTarget copy =
                new SalvageTarget(target, manifest, manifest.binding().salvaged(manifest.journal(), dir, target))) {
            JournalSalvage salvage = new JournalSalvage(found, manifest, copy, maxLost, progress);
            salvage.run();
            if (isGivenUpSince(dir, found.manifest())) {
                throw new JournalException(
                        "segments of journal " + dir + " were given up while they were copied: nothing was made of it");
            }
            copy.complete();
            return salvage.report();
        }
    }

    /**
     * Makes a copy of a journal, with its snapshots and its input journal, that can be opened as it is: as if the writer had
     * been stopped at some moment. The journal may be written meanwhile, by this process or another, and is not changed; its
     * segments are held, so that retention does not take what is yet to be copied, as far as its folder can be written.
     * <p>
     * Into a folder that has an earlier backup of the same journal only what is new is copied; what its retention deleted since
     * is deleted in the backup, too. Until all is copied, is on disk and has been read again, the backup before stays as it
     * is; whenever it is broken off, the folder holds the one or the other, or says that it is incomplete: then the next
     * backup goes on with what was copied. {@link #finishBackup} does so where the journal is gone.
     * <p>
     * The input journal's copy is the folder {@code input} in that of the copy.
     *
     * @param dir      folder of the journal.
     * @param input    folder of its input journal; {@code null} for the place in which it was, as seen from the journal's folder.
     * @param target   folder of the copy: absent, an empty folder, or one with an earlier backup of this journal.
     * @param progress receives the progress of the work, in bytes that were copied.
     * @return what was copied.
     * @throws JournalNotEmptyException if the target has something else in it.
     * @throws JournalLockedException   if another backup is being made there, or it is being written.
     * @throws JournalDamagedException  if the journal is damaged, as far as it was copied now: the backup before is whole.
     * @throws JournalException         if there is no journal, the target is a backup of another one, or of another timeline
     *                                  of this one, or was written since, or files cannot be read or written.
     */
    public static BackupReport backup(Path dir, Path input, Path target, ProgressListener progress) {
        return new JournalBackup(dir, input, target, progress).run();
    }

    /**
     * Finishes a backup that was interrupted after all was copied, while it was being put in its place. Otherwise does nothing.
     *
     * @param target folder of the backup.
     * @throws JournalLockedException if a backup is being made there.
     * @throws JournalException       if there is no backup, or files cannot be moved.
     */
    public static void finishBackup(Path target) {
        JvmFlags.check();
        if (!BackupTarget.isBackup(target)) {
            throw new JournalException("there is no backup at " + target);
        }
        new BackupTarget(target).close();
    }

    /**
     * Compares the results of two journals: sequences, sub-streams, outcomes and payloads. How they are divided into frames
     * and segments, and when they were written, is of no account.
     *
     * @param first    folder of one journal.
     * @param other    folder of the other one.
     * @param order    {@link ReadOrder#JOURNAL}: they must stand in the same order; {@link ReadOrder#SEQUENCE}: their order
     *                 is of no account.
     * @param progress receives the progress of the work, in the first journal.
     * @return the first difference, if there is one.
     * @throws JournalDamagedException if one of them is damaged before that; the message says which, and where.
     * @throws JournalException        if there is no journal, or it cannot be read.
     */
    public static ComparisonReport compare(Path first, Path other, ReadOrder order, ProgressListener progress) {
        return JournalComparison.compare(first, other, order, progress);
    }
}
