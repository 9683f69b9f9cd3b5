package dev.braid.persistence;

import dev.braid.persistence.JournalFolder.Segment;
import java.io.IOException;
import java.nio.file.Path;
import org.agrona.CloseHelper;

/**
 * Walks over the frames of a journal, through all of its segments, also while it is being written. For one thread at a
 * time.
 */
final class FrameCursor implements AutoCloseable {
    private final Path dir;
    private final ProblemListener listener;
    private final boolean durableOnly;
    private final ReaderLease lease;

    private Manifest manifest;
    private JournalProblem manifestProblem;
    private SegmentReader segment;
    private JournalMark.Found mark;
    /** Length of the segments before the present one. */
    private long passed;
    /** Whether another segment has begun, so that nothing more will be written to this one. */
    private boolean isSucceeded;
    /** Number of the segment's frames when the mark was last read for more. */
    private long checkedFrames;
    /** The oldest segment from which results that are held back will be read again. */
    private long heldBack = HeldBackFiles.NONE;
    /** Whether {@link #next()} is to return the present frame again. */
    private boolean isUnread;

    private FrameCursor(
            JournalReaderBuilder settings, Manifest manifest, JournalProblem manifestProblem, ReaderLease lease) {
        this.dir = settings.dir;
        this.manifest = manifest;
        this.manifestProblem = manifestProblem;
        this.listener = settings.listener;
        this.durableOnly = settings.durableOnly;
        this.lease = lease;
        enter(manifest.firstSegment(), null);
    }

    /** Opens a cursor before the first frame. */
    static FrameCursor open(JournalReaderBuilder settings) {
        if (!settings.lease) {
            return open(settings, ReaderLease.NONE);
        }
        FileLocks.Lock unchanged = null; // So that nothing can be given up in between.
        ReaderLease lease = ReaderLease.NONE;
        try {
            unchanged = ManifestFile.lock(settings.dir);
            lease = ReaderLease.take(settings.dir);
        } catch (JournalDamagedException e) {
            CloseHelper.quietClose(unchanged);
            throw e;
        } catch (IOException | JournalException e) {
            settings.listener.onProblem(JournalProblem.inJournal(
                    ProblemKind.NO_LEASE, "segments may be given up while they are read: " + e.getMessage()));
        }
        try {
            return open(settings, lease);
        } finally {
            CloseHelper.quietClose(unchanged);
        }
    }

    private static FrameCursor open(JournalReaderBuilder settings, ReaderLease lease) {
        try {
            JournalProblem[] found = {null};
            Manifest manifest = ManifestFile.readOrGuess(settings.dir, problem -> {
                found[0] = problem;
                settings.listener.onProblem(problem);
            });
            JournalProblem contradiction = found[0] == null ? FirstHead.contradiction(settings.dir, manifest) : null;
            if (contradiction != null) {
                settings.listener.onProblem(contradiction);
                manifest = FirstHead.believed(settings.dir, manifest);
            }
            return new FrameCursor(settings, manifest, found[0], lease);
        } catch (Throwable t) {
            lease.close();
            throw t;
        }
    }

    /** Returns the first sequence whose result was not deleted by retention. */
    long firstSequence() {
        return manifest.firstSequence();
    }

    /** Goes before the first frame of a segment that is there, or should be. */
    void toSegment(long number) {
        if (number < manifest.firstSegment() || number > manifest.begun()) {
            throw new IllegalArgumentException("journal " + dir + " has no segment " + number + ", its segments are "
                    + manifest.firstSegment() + " to " + manifest.begun());
        }
        enter(number, null);
    }

    /** Goes before a frame up to which all sequences are below this one. */
    void toSequence(long sequence) {
        enter(manifest.segmentOf(sequence), null);
        Segment place = segment.segment();
        segment.startAt(
                FrameSeeker.beforeSequence(place, manifest.journal(), manifest.sealed(place.number()), sequence));
    }

    /**
     * Goes before the first frame that was written at a time or later, as far as the times of frames are worth something.
     *
     * @return the low watermark there.
     */
    long toTime(long timeNs, FrameTimes times) {
        FrameTimes worth = times.of(timeNs);
        long number = toSegmentFrom(manifest.firstSegment(), timeNs, worth);
        long lowWatermark = lowWatermarkBefore(number);
        long aheadNs = timeNs; // The latest time that did not count.
        while (next()) {
            if (number() != number) {
                number = toSegmentFrom(number(), timeNs, worth);
                lowWatermark = lowWatermarkBefore(number);
                continue;
            }
            if (worth.isFrom(timeNs, frame().timeNs())) {
                isUnread = true;
                break;
            }
            aheadNs = Math.max(aheadNs, frame().timeNs());
            lowWatermark = frame().lowWatermark();
        }
        WrongClocks.report(dir, manifest, number(), timeNs, aheadNs, listener);
        return lowWatermark;
    }

    /** Goes to where from a segment on a time may be found first; returns the segment's number. */
    private long toSegmentFrom(long first, long timeNs, FrameTimes worth) {
        long number = first;
        while (manifest.sealed(number) != null && !worth.mayBeFrom(timeNs, manifest.sealed(number))) {
            number++;
        }
        enter(number, null);
        // Up to there all times are lower. What follows is read: where times fall, bisection does not find the first.
        segment.startAt(FrameSeeker.beforeTime(segment.segment(), manifest.journal(), manifest.sealed(number), timeNs));
        return number;
    }

    private long lowWatermarkBefore(long number) {
        SealedSegment before = manifest.sealed(number - 1);
        return before == null ? manifest.firstSequence() - 1 : before.lowWatermark();
    }

    /** Goes to the next frame; {@code false} if there is none now. */
    boolean next() {
        if (isUnread) {
            isUnread = false;
            return isVisible();
        }
        if (manifest.journal() == Manifest.NO_JOURNAL && !hasJournalBegun()) {
            return false;
        }
        while (!segment.next()) {
            if (!isSucceeded && !segment.isOver()) {
                if (!hasNextBegun()) {
                    boolean isNewPlace = checkedFrames != segment.frames();
                    if (!isMarkedFurther()) {
                        checkBegun(isNewPlace);
                        return false;
                    }
                    // What the mark speaks of was there before: it can be read now, or it is lost.
                    if (segment.next()) {
                        return isVisible();
                    }
                    if (!hasNextBegun()) {
                        segment.reportLost(mark);
                        return false;
                    }
                }
                // What was written to this one in the meantime comes first.
                manifest = ManifestFile.readAgain(dir, manifest, this::onManifestProblem);
                segment.sealed(manifest.sealed(number()));
                isSucceeded = true;
            } else if (manifest.sealed(number() + 1) != null || hasNextBegun()) {
                enter(number() + 1, segment.hash());
            } else {
                checkNext();
                return false;
            }
        }
        return isVisible();
    }

    private boolean hasJournalBegun() {
        manifest = ManifestFile.readOrGuess(dir, this::onManifestProblem);
        enter(manifest.firstSegment(), null);
        return manifest.journal() != Manifest.NO_JOURNAL;
    }

    /** Tells, where nothing can be read at present, whether more was acknowledged. Reads the mark once for each place. */
    private boolean isMarkedFurther() {
        if (checkedFrames == segment.frames()) {
            return false;
        }
        checkedFrames = segment.frames();
        readMark();
        return mark != null && mark.acknowledged().covers(number(), checkedFrames);
    }

    /** Reports a missing segment: the successor of a full or an acknowledged segment was begun before that one ended. */
    private void checkNext() {
        boolean isNewPlace = checkedFrames != segment.frames();
        boolean isMarked = isMarkedFurther() && mark.acknowledged().position() > FramePlace.position(number() + 1, 0);
        Segment next = JournalFolder.segment(dir, number() + 1);
        if (isThere(next, isNewPlace)) {
            return;
        }
        if (segment.end() == SegmentEnd.ROLLED) {
            listener.onProblem(
                    JournalProblem.inSegment(ProblemKind.MISSING_SEGMENT, next, "the one before it goes on in it"));
        } else if (isMarked) {
            ProblemKind kind = mark.isPowerLoss() ? ProblemKind.POWER_LOSS : ProblemKind.MISSING_SEGMENT;
            listener.onProblem(JournalProblem.inSegment(
                            kind, next, mark.acknowledged().describe() + ", but the segment is missing")
                    .among(SequenceRange.from(segment.lowWatermark() + 1)));
        } else {
            checkBegun(isNewPlace);
        }
    }

    /** Reports a segment that should follow and is missing. Reads the manifest once for each place. */
    private void checkBegun(boolean isNewPlace) {
        if (!isNewPlace) {
            return;
        }
        Segment here = JournalFolder.segment(dir, number());
        boolean isHere = segment.frames() > 0 || isThere(here, true);
        Segment missing = isHere ? JournalFolder.segment(dir, number() + 1) : here;
        if (isHere && isThere(missing, true)) {
            return;
        }
        manifest = ManifestFile.readAgain(dir, manifest, this::onManifestProblem); // It may just have been taken back.
        if (manifest.isBegun(missing.number()) && !JournalFolder.isKeptAside(dir, missing.number())) {
            listener.onProblem(JournalProblem.inSegment(
                            ProblemKind.MISSING_SEGMENT,
                            missing,
                            "it is missing, but the manifest says that it was begun")
                    .among(SequenceRange.from(segment.lowWatermark() + 1)));
        }
    }

    /** Whether it has a folder, and where that is looked into, a data file. */
    private static boolean isThere(Segment segment, boolean isLookedInto) {
        return JournalFiles.isFolder(segment.folder())
                && (!isLookedInto || !segment.dataFiles().isEmpty());
    }

    private boolean hasNextBegun() {
        Segment next = JournalFolder.segment(dir, number() + 1);
        if (!JournalFiles.isFolder(next.folder())) {
            return false;
        }
        readMark();
        if (mark != null && (mark.acknowledged().segment() > number() || !segment.isOver())) {
            return mark.acknowledged().segment() > number();
        }
        // It has ended, or there is no mark: a writer that was killed may not have come to mark what follows.
        boolean[] isDamaged = {false}; // Which is to be said of it, too.
        try (SegmentReader reader = new SegmentReader(
                next,
                manifest.journal(),
                null,
                null,
                problem -> isDamaged[0] |= problem.kind().isDamage())) {
            return reader.next() || isDamaged[0];
        }
    }

    private void readMark() {
        mark = JournalMark.read(dir);
        if (mark != null && mark.journal() != manifest.journal()) {
            mark = null;
        }
    }

    private boolean isVisible() {
        if (!durableOnly || manifest.sealed(number()) != null) {
            return true;
        }
        int ordinal = frame().ordinal();
        if (mark == null || !mark.acknowledged().covers(number(), ordinal)) {
            readMark();
        }
        isUnread = mark == null || !mark.acknowledged().covers(number(), ordinal);
        return !isUnread;
    }

    /** Passes each problem on once, however often the manifest is read. */
    private void onManifestProblem(JournalProblem problem) {
        if (!problem.equals(manifestProblem)) {
            manifestProblem = problem;
            listener.onProblem(problem);
        }
    }

    private void enter(long number, ChainHash.Value before) {
        if (segment != null) {
            passed += segment.position();
            segment.close();
        }
        isSucceeded = false;
        isUnread = false;
        checkedFrames = -1;
        Segment next = JournalFolder.segment(dir, number);
        if (manifest.sealed(number) == null || !JournalFiles.isFolder(next.folder())) {
            manifest = ManifestFile.readAgain(dir, manifest, this::onManifestProblem);
            checkGivenUp(number);
        }
        lease.hold(Math.min(number, heldBack));
        segment = new SegmentReader(
                        next,
                        manifest.journal(),
                        manifest.sealed(number),
                        before != null ? before : manifest.chainBefore(number),
                        this::onSegmentProblem)
                .after(manifest.lowWatermarkBefore(number));
    }

    private void checkGivenUp(long number) {
        if (number < manifest.firstSegment()) {
            throw new JournalException("results of journal " + dir + " up to sequence " + (manifest.firstSequence() - 1)
                    + " were given up before they were read");
        }
    }

    /** Reports a problem, unless retention deleted the segment of a reader without a lease: that is no damage. */
    private void onSegmentProblem(JournalProblem problem) {
        if (problem.kind().isDamage() && segment != null) {
            manifest = ManifestFile.readAgain(dir, manifest, this::onManifestProblem);
            checkGivenUp(number());
        }
        listener.onProblem(problem);
    }

    /** Results of this segment are held back, and will be read again; {@link HeldBackFiles#NONE} for none. */
    void holdBack(long oldest) {
        heldBack = oldest;
        lease.hold(Math.min(number(), oldest));
    }

    /** The present frame, after {@link #next()}. On none if that returned {@code false}. */
    FrameDecoder frame() {
        return segment.frame();
    }

    /** Pushes the present frame back: {@link #next()} returns it again. */
    void unread() {
        isUnread = true;
    }

    /** Returns the segment of the present frame. */
    SegmentReader segment() {
        return segment;
    }

    /** Returns the bytes from a problem to the next intact frame. */
    JournalFrames.Stretch stretch(JournalProblem problem, int limit) {
        return DamagedStretch.read(dir, manifest, problem, limit);
    }

    /** Returns how many bytes of the journal's files lie behind the cursor: never falls, and begins anywhere. */
    long position() {
        return passed + segment.position();
    }

    /** What {@link #position()} will be at the end of what there is now. */
    long length() {
        long length = passed;
        for (Segment each : JournalFolder.segments(dir, number(), manifest.begun())) {
            SealedSegment account = manifest.sealed(each.number());
            length += account != null ? account.fileLength() : each.dataLength();
        }
        return length;
    }

    /** Whether the journal was closed by its writer where the cursor stands. */
    boolean isClosed() {
        return segment.end() == SegmentEnd.CLOSED;
    }

    private long number() {
        return segment.segment().number();
    }

    @Override
    public void close() {
        segment.close();
        lease.close();
    }
}
