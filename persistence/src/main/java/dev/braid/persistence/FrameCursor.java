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
    private final Access access;
    private final ReaderLease lease;
    private final JournalView view;

    private SegmentReader segment;
    private ReachedEnd end;
    /** Length of the segments before the present one. */
    private long passed;
    /** Whether another segment has begun, so that nothing more will be written to this one. */
    private boolean isSucceeded;
    /** The oldest segment from which results that are held back will be read again. */
    private long heldBack = HeldBackFiles.NONE;
    /** Whether {@link #next()} is to return the present frame again. */
    private boolean isUnread;

    /**
     * Way in which a journal is read.
     *
     * @param dir         folder of the journal.
     * @param listener    receives what is wrong with the journal.
     * @param durableOnly whether frames that are not acknowledged are left out.
     * @param isLeased    whether segments are kept from being deleted while they are read.
     */
    record Access(Path dir, ProblemListener listener, boolean durableOnly, boolean isLeased) {}

    private FrameCursor(Access access, JournalView view, ReaderLease lease) {
        this.access = access;
        this.view = view;
        this.lease = lease;
        enter(view.manifest().firstSegment(), null);
    }

    /** Opens a cursor before the first frame. */
    static FrameCursor open(Access access) {
        if (!access.isLeased()) {
            return open(access, ReaderLease.NONE);
        }
        FileLocks.Lock unchanged = null; // So that nothing can be deleted in between.
        ReaderLease lease = ReaderLease.NONE;
        try {
            unchanged = ManifestFile.lock(access.dir());
            lease = ReaderLease.take(access.dir());
        } catch (JournalDamagedException e) {
            CloseHelper.quietClose(unchanged);
            throw e;
        } catch (IOException | JournalException e) {
            access.listener()
                    .onProblem(JournalProblem.inJournal(
                            ProblemKind.NO_LEASE, "segments may be deleted while they are read: " + e.getMessage()));
        }
        try {
            return open(access, lease);
        } finally {
            CloseHelper.quietClose(unchanged);
        }
    }

    private static FrameCursor open(Access access, ReaderLease lease) {
        try {
            return new FrameCursor(access, new JournalView(access.dir(), access.listener()), lease);
        } catch (Throwable t) {
            lease.close();
            throw t;
        }
    }

    /** Returns the first sequence whose result was not deleted by retention. */
    long firstSequence() {
        return view.manifest().firstSequence();
    }

    /** Goes before the first frame of a segment that is there, or should be. */
    void toSegment(long number) {
        Manifest manifest = view.manifest();
        if (number < manifest.firstSegment() || number > manifest.begun()) {
            throw new IllegalArgumentException("journal " + access.dir() + " has no segment " + number
                    + ", its segments are " + manifest.firstSegment() + " to " + manifest.begun());
        }
        enter(number, null);
    }

    /** Goes before a frame up to which all sequences are below this one. */
    void toSequence(long sequence) {
        enter(view.manifest().segmentOf(sequence), null);
        Manifest manifest = view.manifest();
        segment.startAt(
                FrameSeeker.beforeSequence(segment.segment(), manifest.journal(), manifest.sealed(number()), sequence));
    }

    /**
     * Goes before the first frame that was written at a time or later, as far as the times of frames are worth something.
     *
     * @return the low watermark there.
     */
    long toTime(long timeNs, FrameTimes times) {
        FrameTimes worth = times.of(timeNs);
        long number = toSegmentFrom(view.manifest().firstSegment(), timeNs, worth);
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
        WrongClocks.report(access.dir(), view.manifest(), number(), timeNs, aheadNs, access.listener());
        return lowWatermark;
    }

    /** Goes to where from a segment on a time may be found first; returns the segment's number. */
    private long toSegmentFrom(long first, long timeNs, FrameTimes worth) {
        long number = first;
        Manifest manifest = view.manifest();
        while (manifest.sealed(number) != null && !worth.mayBeFrom(timeNs, manifest.sealed(number))) {
            number++;
        }
        enter(number, null);
        manifest = view.manifest();
        // Up to there all times are lower. What follows is read: where times fall, bisection does not find the first.
        segment.startAt(FrameSeeker.beforeTime(segment.segment(), manifest.journal(), manifest.sealed(number), timeNs));
        return number;
    }

    private long lowWatermarkBefore(long number) {
        SealedSegment before = view.manifest().sealed(number - 1);
        return before == null ? firstSequence() - 1 : before.atEnd().lowWatermark();
    }

    /** Goes to the next frame; {@code false} if there is none now. */
    boolean next() {
        if (isUnread) {
            isUnread = false;
            return isVisible();
        }
        if (view.manifest().journal() == Manifest.NO_JOURNAL && !hasJournalBegun()) {
            return false;
        }
        while (!segment.next()) {
            if (!isSucceeded && !segment.isOver()) {
                if (!end.hasNextBegun()) {
                    if (!end.isMoreAcknowledged()) {
                        return false;
                    }
                    if (segment.next()) {
                        return isVisible();
                    }
                    if (!end.hasNextBegun()) {
                        segment.reportLost(view.mark());
                        return false;
                    }
                }
                // What was written to this one in the meantime comes first.
                segment.sealed(view.readAgain().sealed(number()));
                isSucceeded = true;
            } else if (view.manifest().sealed(number() + 1) != null || end.hasNextBegun()) {
                enter(number() + 1, segment.hash());
            } else {
                end.checkNext();
                return false;
            }
        }
        return isVisible();
    }

    private boolean hasJournalBegun() {
        boolean hasBegun = view.isBegun();
        enter(view.manifest().firstSegment(), null);
        return hasBegun;
    }

    private boolean isVisible() {
        isUnread = access.durableOnly()
                && view.manifest().sealed(number()) == null
                && !view.isAcknowledged(number(), frame().ordinal());
        return !isUnread;
    }

    private void enter(long number, ChainHash.Value before) {
        if (segment != null) {
            passed += segment.position();
            segment.close();
        }
        isSucceeded = false;
        isUnread = false;
        Segment entered = JournalFolder.segment(access.dir(), number);
        if (view.manifest().sealed(number) == null || !JournalFiles.isFolder(entered.folder())) {
            view.checkIsKept(number);
        }
        lease.hold(Math.min(number, heldBack));
        Manifest manifest = view.manifest();
        segment = new SegmentReader(
                        entered,
                        manifest.journal(),
                        manifest.sealed(number),
                        before != null ? before : manifest.chainBefore(number),
                        this::onSegmentProblem)
                .after(manifest.lowWatermarkBefore(number));
        end = new ReachedEnd(view, segment, access.listener());
    }

    /** Reports a problem, unless retention deleted the segment of a reader without a lease: that is no damage. */
    private void onSegmentProblem(JournalProblem problem) {
        if (problem.kind().isDamage() && segment != null) {
            view.checkIsKept(number());
        }
        access.listener().onProblem(problem);
    }

    /** Keeps the files from this segment on, of which results will be read again; {@link HeldBackFiles#NONE} for none. */
    void holdBack(long oldest) {
        heldBack = oldest;
        lease.hold(Math.min(number(), oldest));
    }

    /** Returns the present frame, after {@link #next()}; it stands on none if that returned {@code false}. */
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
        return DamagedStretch.read(access.dir(), view.manifest(), problem, limit);
    }

    /** Returns how many bytes of the journal's files lie behind the cursor: never falls, and begins anywhere. */
    long position() {
        return passed + segment.position();
    }

    /** Returns the value of {@link #position()} at the present end of the journal. */
    long length() {
        long length = passed;
        Manifest manifest = view.manifest();
        for (Segment each : JournalFolder.segments(access.dir(), number(), manifest.begun())) {
            SealedSegment account = manifest.sealed(each.number());
            length += account != null ? account.size().fileLength() : each.dataLength();
        }
        return length;
    }

    /** Tells whether the journal was closed by its writer where the cursor stands. */
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
