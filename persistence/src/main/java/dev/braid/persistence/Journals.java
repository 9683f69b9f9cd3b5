package dev.braid.persistence;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Questions about whole journals. They change nothing, and may be asked by any thread, also while the journal is being
 * written.
 */
public final class Journals {
    private static final ProgressListener NO_PROGRESS = (done, total) -> {};

    private Journals() {}

    /**
     * Whether a folder is a journal, though perhaps an empty or a damaged one.
     *
     * @param dir folder, which need not exist.
     * @return {@code true} if it has a journal's lock file, a manifest or segments.
     * @throws JournalException if the folder cannot be read.
     */
    public static boolean isJournal(Path dir) {
        return JournalFolder.isJournal(dir);
    }

    /**
     * The handler groups of the engines that wrote a journal. Reads the first frame of every segment.
     *
     * @param dir of the journal.
     * @return for each segment that is not empty its groups, in the order of their sub-streams; none where none were
     *         recorded, or the record of them is damaged.
     * @throws JournalException if there is no journal, or its files cannot be read.
     */
    public static List<List<JournalGroup>> groups(Path dir) {
        JournalFolder.checkJournal(dir);
        Manifest manifest = ManifestFile.readOrGuess(dir, problem -> {});
        List<List<JournalGroup>> groups = new ArrayList<>();
        for (JournalFolder.Segment segment : JournalFolder.segments(dir)) {
            Findings findings = new Findings();
            try (SegmentReader reader = new SegmentReader(segment, manifest.journal(), null, null, findings)) {
                if (reader.next() || findings.damages > 0) {
                    groups.add(reader.groups());
                }
            }
        }
        return groups;
    }

    /**
     * What a journal holds, by its manifest; only segments that are not sealed are read. It says nothing about whether
     * what is sealed is as it was written: see {@link #verify}.
     *
     * @param dir of the journal.
     * @return its description.
     * @throws JournalDamagedException if the manifest, or what it does not cover, is damaged; the message says where.
     * @throws JournalException        if there is no journal, or it cannot be read.
     */
    public static JournalDescription describe(Path dir) {
        JournalFolder.checkJournal(dir);
        JournalRecovery found = new JournalRecovery(dir, NO_PROGRESS);
        found.check();
        Manifest manifest = found.manifest();
        List<SegmentDescription> segments = new ArrayList<>();
        for (SealedSegment sealed : manifest.sealed()) {
            JournalFolder.Segment segment = JournalFolder.segment(dir, sealed.number());
            try (SegmentReader reader =
                    new SegmentReader(segment, manifest.journal(), sealed, null, ProblemListener.STRICT)) {
                reader.next();
                segments.add(SegmentDescription.of(segment, sealed, reader.groups()));
            }
        }
        for (SegmentTail tail : found.tails()) {
            segments.add(SegmentDescription.of(tail.segment(), tail.account(), tail.groups()));
        }
        return new JournalDescription(
                dir,
                manifest.createdNs(),
                List.copyOf(segments),
                manifest.firstSequence(),
                found.highestSequence(),
                found.sequences().next() - 1,
                found.missing());
    }

    /**
     * Checks a journal: all checksums and hashes, that no frame, segment or sequence is missing or doubled, and that the
     * results of each sub-stream are in sequence order. Reads every frame, and goes on after damage where it can.
     *
     * @param dir      of the journal.
     * @param progress is told how far the work is.
     * @return what was found.
     * @throws JournalException if there is no journal, or its files cannot be read.
     */
    public static VerifyReport verify(Path dir, ProgressListener progress) {
        JournalFolder.checkJournal(dir);
        while (true) {
            JournalRecovery found = new JournalRecovery(dir, NO_PROGRESS);
            Findings findings = new Findings();
            found.problems().forEach(findings::onProblem);
            JournalAudit audit = new JournalAudit(found, findings, progress);
            audit.run();
            if (findings.damages == 0 || !isGivenUpSince(dir, found.manifest())) {
                return findings.report(audit.results(), audit.frames());
            }
        }
    }

    /**
     * Checks the end of a journal: that the manifest is good, all segments are there and long enough, and those that are
     * not sealed are good. This is what a writer checks when it opens the journal.
     *
     * @param dir      of the journal.
     * @param progress is told how far the work is.
     * @return what was found; its results and frames are those of the segments that were read.
     * @throws JournalException if there is no journal, or its files cannot be read.
     */
    public static VerifyReport verifyTail(Path dir, ProgressListener progress) {
        JournalFolder.checkJournal(dir);
        while (true) {
            JournalRecovery found = new JournalRecovery(dir, progress);
            Findings findings = new Findings();
            found.report().problems().forEach(findings::onProblem);
            if (findings.damages == 0 || !isGivenUpSince(dir, found.manifest())) {
                return findings.report(
                        found.tails().stream()
                                .mapToLong(tail -> tail.seal().results())
                                .sum(),
                        found.tails().stream().mapToLong(SegmentTail::frames).sum());
            }
        }
    }

    /** Segments were given up while they were looked for. */
    private static boolean isGivenUpSince(Path dir, Manifest manifest) {
        return ManifestFile.readOrGuess(dir, problem -> {}).firstSegment() > manifest.firstSegment();
    }

    /**
     * What opening a journal for writing would find and do.
     *
     * @param dir      of the journal.
     * @param progress is told how far the work is.
     * @return the report that the writer would give.
     * @throws JournalException if there is no journal, or its files cannot be read.
     */
    public static RecoveryReport recoveryPlan(Path dir, ProgressListener progress) {
        JournalFolder.checkJournal(dir);
        return new JournalRecovery(dir, progress).report();
    }

    private static final class Findings implements ProblemListener {
        private final List<JournalProblem> problems = new ArrayList<>();
        private long damages;

        @Override
        public void onProblem(JournalProblem problem) {
            damages += problem.kind().isDamage() ? 1 : 0;
            if (problems.size() < VerifyReport.MAX_PROBLEMS) {
                problems.add(problem);
            }
        }

        VerifyReport report(long results, long frames) {
            return new VerifyReport(results, frames, List.copyOf(problems), damages);
        }
    }
}
