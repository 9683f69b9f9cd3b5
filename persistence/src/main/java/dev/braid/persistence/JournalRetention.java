package dev.braid.persistence;

import dev.braid.engine.JvmFlags;
import dev.braid.persistence.JournalFolder.Segment;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.SystemEpochNanoClock;

/**
 * Deletes the oldest segments of a journal, as far as a limit lets them go: its size, their age, or their sequences. Where
 * there are several limits, what is beyond one of them goes. Without one, nothing does.
 * <p>
 * Whatever the limits, these are kept: the last sealed segment and what is not sealed; a segment that a reader reads, and
 * those after it; and what recovery needs, which is a segment with a sequence above the low watermark, and those from the
 * lowest sequence on that an engine said it needs to rebuild its state.
 * <p>
 * The manifest comes first, then the folders: whenever it is broken off, the next start or the next retention finishes it.
 * Only what is Braid's is deleted: a folder with anything else in it is kept, under another name.
 * May be done while the journal is written and read. Not thread-safe.
 */
public final class JournalRetention {
    private static final long NO_LIMIT = Long.MAX_VALUE;

    private final Path dir;
    private long maxBytes = NO_LIMIT;
    private long sinceNs = Long.MIN_VALUE;
    private long belowSequence = Long.MIN_VALUE;
    private EpochNanoClock clock = new SystemEpochNanoClock();
    private String held;

    private JournalRetention(Path dir) {
        this.dir = Objects.requireNonNull(dir, "dir");
    }

    /**
     * Returns a retention of a journal.
     *
     * @param dir folder of the journal.
     * @return a retention without limits.
     */
    public static JournalRetention of(Path dir) {
        JvmFlags.check();
        return new JournalRetention(dir);
    }

    /**
     * Limits the size of all segments together.
     *
     * @param bytes length of the data files, not negative.
     * @return this.
     */
    public JournalRetention maxBytes(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("maxBytes must not be negative: " + bytes);
        }
        this.maxBytes = bytes;
        return this;
    }

    /**
     * Limits the age of segments. They are as old as the newest of their frames, by the times that the clock of their writer
     * said. Where that was set back, a segment is as old as those before it. Times that have not come yet are of a clock that
     * was ahead: the segment is as old then as the one that was begun after it, if there is one. The report says what was done
     * about such clocks.
     *
     * @param time segments to which nothing was written since then go.
     * @return this.
     */
    public JournalRetention since(Instant time) {
        this.sinceNs = TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano();
        return this;
    }

    /**
     * Limits the sequences that are kept.
     *
     * @param sequence segments whose results are all below it go.
     * @return this.
     */
    public JournalRetention below(long sequence) {
        if (sequence < 0) {
            throw new IllegalArgumentException("sequence must not be negative: " + sequence);
        }
        this.belowSequence = sequence;
        return this;
    }

    /** Sets the present time, for tests. */
    JournalRetention clock(EpochNanoClock epochClock) {
        this.clock = epochClock;
        return this;
    }

    /**
     * Returns what {@link #apply()} would do now.
     *
     * @return a report; no segment was touched.
     * @throws JournalDamagedException if the manifest is damaged.
     * @throws JournalException        if there is no journal, or it cannot be read.
     */
    public RetentionReport plan() {
        JournalFolder.checkJournal(dir);
        return ManifestFile.whileUnchanged(dir, () -> {
            Manifest manifest = checked(ManifestFile.read(dir));
            return report(manifest, countOf(manifest));
        });
    }

    /**
     * Deletes what is beyond the limits.
     *
     * @return what was deleted.
     * @throws JournalDamagedException if the manifest is damaged.
     * @throws JournalException        if there is no journal, or it cannot be read or changed.
     */
    public RetentionReport apply() {
        JournalFolder.checkJournal(dir);
        RetentionReport[] report = {null};
        Manifest left = giveUp(report);
        try {
            SegmentContent.deleteGivenUp(dir, left.journal(), () -> {}, FileDisk.INSTANCE);
            FileDisk.INSTANCE.forceFolder(dir);
        } catch (IOException e) {
            throw new JournalException("cannot delete old segments of journal " + dir + ": " + e, e);
        }
        return report[0];
    }

    /** Changes the manifest; on a full disk, makes room for it first. */
    private Manifest giveUp(RetentionReport[] report) {
        UnaryOperator<Manifest> change = present -> {
            Manifest manifest = checked(present);
            int count = countOf(manifest);
            report[0] = report(manifest, count);
            return manifest.withoutFirst(count);
        };
        try {
            return ManifestFile.update(dir, FileDisk.INSTANCE, change);
        } catch (JournalException e) {
            boolean isOfWriting = report[0] != null && e.getCause() instanceof IOException && !Fsync.isCauseOf(e);
            if (!isOfWriting || !makeRoom(report[0])) {
                throw e;
            }
            return ManifestFile.update(dir, FileDisk.INSTANCE, change);
        }
    }

    /**
     * Deletes, of segments that go, Chronicle's metadata: no result is in there, and Braid does not need them, so that these
     * segments are still what they were should it come to nothing more.
     */
    private boolean makeRoom(RetentionReport report) {
        boolean isRoom = false;
        try {
            for (RetentionReport.Deleted segment : report.deleted()) {
                for (Path metadata :
                        JournalFolder.segment(dir, segment.segment()).metadataFiles()) {
                    FileDisk.INSTANCE.delete(metadata);
                    isRoom = true;
                }
            }
        } catch (IOException e) {
            throw new JournalException("cannot make room on the disk of journal " + dir + ": " + e, e);
        }
        return isRoom;
    }

    private Manifest checked(Manifest manifest) {
        if (manifest == null) {
            throw new JournalDamagedException(JournalProblem.ofManifest("it is missing"));
        }
        JournalFolder.segments(dir).forEach(Segment::ownFiles); // Throws if one of them is none.
        JournalProblem contradiction = FirstHead.contradiction(dir, manifest);
        if (contradiction != null) {
            throw new JournalDamagedException(contradiction.of(dir));
        }
        return manifest;
    }

    /** Returns how many of the first segments are deleted. */
    private int countOf(Manifest manifest) {
        List<SealedSegment> sealed = manifest.sealed();
        Optional<ReaderLease.Held> reader =
                ReaderLease.held(dir).stream().min(Comparator.comparingLong(ReaderLease.Held::segment));
        SegmentAges ages = ages(manifest);
        long bytes = bytes(manifest);
        held = null;
        for (int i = 0; i < sealed.size(); i++) {
            SealedSegment segment = sealed.get(i);
            if (!isBeyondLimits(segment, bytes) && !(hasAgeLimit() && ages.writtenUntil(i) < sinceNs)) {
                return i;
            }
            held = reasonToKeep(manifest, segment, reader);
            if (held != null) {
                return i;
            }
            bytes -= segment.size().fileLength();
        }
        return sealed.size();
    }

    private boolean isBeyondLimits(SealedSegment segment, long bytes) {
        return bytes > maxBytes || segment.atEnd().highestSequence() < belowSequence;
    }

    private boolean hasAgeLimit() {
        return sinceNs != Long.MIN_VALUE;
    }

    private SegmentAges ages(Manifest manifest) {
        return new SegmentAges(dir, manifest.sealed(), new FrameTimes(clock.nanoTime()));
    }

    private static String reasonToKeep(Manifest manifest, SealedSegment segment, Optional<ReaderLease.Held> reader) {
        SealedSegment last = manifest.last();
        if (segment == last) {
            return "the last sealed segment always stays";
        }
        if (reader.isPresent() && segment.number() >= reader.get().segment()) {
            return "a reader is there: " + reader.get().name();
        }
        if (segment.atEnd().highestSequence() > last.atEnd().lowWatermark()) {
            return "recovery needs what is above the low watermark, "
                    + last.atEnd().lowWatermark();
        }
        if (segment.atEnd().highestSequence() >= manifest.needed()) {
            return "recovery needs all from sequence " + manifest.needed() + " on";
        }
        return null;
    }

    private long bytes(Manifest manifest) {
        long bytes = 0;
        for (SealedSegment segment : manifest.sealed()) {
            bytes += segment.size().fileLength();
        }
        for (Segment segment : JournalFolder.segments(dir, manifest.nextSegment(), manifest.begun())) {
            bytes += segment.dataLength();
        }
        return bytes;
    }

    private RetentionReport report(Manifest manifest, int count) {
        List<RetentionReport.Deleted> deleted = new ArrayList<>();
        List<String> keptAside = new ArrayList<>();
        long bytes = bytes(manifest);
        for (SealedSegment segment : manifest.sealed().subList(0, count)) {
            deleted.add(new RetentionReport.Deleted(
                    JournalFolder.segment(dir, segment.number()).name(),
                    segment.contents().results(),
                    segment.contents().sequences(),
                    segment.size().fileLength()));
            bytes -= segment.size().fileLength();
            Segment place = JournalFolder.segment(dir, segment.number());
            if (SegmentContent.foreign(place) != null || SegmentContent.isOfAnother(place, manifest.journal())) {
                keptAside.add(place.name());
            }
        }
        return new RetentionReport(
                dir,
                List.copyOf(deleted),
                manifest.withoutFirst(count).firstSequence(),
                bytes,
                Optional.ofNullable(held)
                        .map(reason -> new RetentionReport.Kept(
                                JournalFolder.segmentName(manifest.firstSegment() + count), reason)),
                List.copyOf(keptAside),
                hasAgeLimit() ? ages(manifest).notes(count) : List.of());
    }
}
