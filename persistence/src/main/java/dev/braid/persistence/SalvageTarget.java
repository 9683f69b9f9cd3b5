package dev.braid.persistence;

import dev.braid.engine.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A new journal for what is copied from another. It is written beside the place where it will be, and moved there when it is
 * whole: so what is broken off is not taken for a journal. For one thread.
 */
final class SalvageTarget implements AutoCloseable {
    private static final String SUFFIX = ".incomplete";

    private final Path dir;
    private final Path building;
    private final WriterFence fence;
    private final int journal;
    private final FrameEncoder.Stamps stamps;

    private FrameLog log;
    private Durability durability = Durability.PROCESS;
    private List<JournalGroup> groups = List.of();
    private long lowWatermark;
    private long timeNs;
    private FramePlace end;
    /** Whether the segment has what {@link Timeline#isOfEngine} knows an engine by. */
    private boolean isOfEngine;

    /**
     * Begins it.
     *
     * @param dir  for it: absent, or an empty folder.
     * @param like the manifest of the journal that is copied.
     * @param binding what the new one says of its input journal.
     */
    SalvageTarget(Path dir, Manifest like, InputBinding binding) {
        this.dir = JournalFolder.real(dir); // A link cannot be replaced by a folder.
        this.building = this.dir.resolveSibling(this.dir.getFileName() + SUFFIX);
        this.lowWatermark = like.firstSequence() - 1;
        this.stamps = new FrameEncoder.Stamps(lowWatermark, 0);
        this.timeNs = like.origin().createdNs();
        checkIsFree();
        try {
            JournalFolder.create(building, FileDisk.INSTANCE);
        } catch (IOException e) {
            throw new JournalException("cannot make folder " + building + ": " + e, e);
        }
        this.fence = WriterFence.take(building, FileDisk.INSTANCE);
        this.journal = ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE);
        fence.begin(Manifest.empty(journal, like.origin().createdNs())
                .from(like.firstSequence(), like.needed())
                .with(binding));
    }

    private void checkIsFree() {
        if (Files.exists(building)) {
            throw new JournalException(building + " already exists: it was left by an interrupted salvage, or another "
                    + "salvage is running; delete it only if none is running");
        }
        if (Files.exists(dir) && !JournalFolder.isEmpty(dir)) {
            throw new JournalNotEmptyException(dir + " is not empty");
        }
    }

    /** Sets the head of the segment in which the results that follow were written. */
    void begin(SegmentHead head) {
        if (log != null && (durability != head.durability() || !groups.equals(head.groups()))) {
            end();
        }
        durability = head.durability();
        groups = head.groups();
    }

    /** Sets the time at which the results that follow were written. */
    void time(long timeNs) {
        this.timeNs = timeNs;
    }

    /** Adds the result on which a frame stands, of a sub-stream that may not be the one it says, -1 for none. */
    void add(FrameDecoder frame, int subStream) {
        FrameEncoder encoder = prepare(frame.payloadLength());
        encoder.buffer()
                .putBytes(encoder.payloadOffset(), frame.buffer(), frame.payloadOffset(), frame.payloadLength());
        int kept = frame.isRecordKept() ? FrameLayout.RECORD_KEPT : 0;
        encoder.add(frame.sequence(), subStream, frame.outcomeCode() | kept, frame.payloadLength());
        isOfEngine |= frame.outcomeCode() != Outcome.LOST.code();
    }

    /** An engine wrote with the groups of the present head, whether or not there is a result of it. */
    void hasEngine() {
        FrameLog open = log();
        if (!isOfEngine && open.encoder().count() > 0) {
            open.write(lowWatermark);
        }
        if (!isOfEngine) {
            open.write(lowWatermark);
            isOfEngine = true;
        }
    }

    /** Adds a result without a payload. */
    void add(long sequence, int subStream, int outcomeCode) {
        prepare(0).add(sequence, subStream, outcomeCode, 0);
    }

    private FrameEncoder prepare(int payloadLength) {
        FrameLog open = log();
        if (open.encoder().length() + FrameLayout.resultLength(payloadLength) > FrameLayout.MAX_FRAME_LENGTH) {
            open.write(lowWatermark);
        }
        return open.encoder();
    }

    /** Writes what was added; all up to the low watermark was. */
    void write(long newLowWatermark) {
        long next = Math.max(lowWatermark, newLowWatermark);
        if (next > lowWatermark || log != null && log.encoder().count() > 0) {
            log().health().check();
            log.write(next);
            lowWatermark = next;
        }
    }

    private FrameLog log() {
        if (log == null) {
            FrameLogSettings settings = new FrameLogSettings(
                    new FrameLogSettings.Storage(
                            building, FileDisk.INSTANCE, JournalWriterBuilder.DEFAULT_MIN_FREE_SPACE),
                    new FrameLogSettings.Sizes(JournalWriterBuilder.DEFAULT_SEGMENT_SIZE, FrameLayout.MAX_FRAME_LENGTH),
                    new FrameLogSettings.Acknowledging(durability, false, sequence -> {}),
                    groups,
                    () -> timeNs,
                    JournalThreads.DEFAULT);
            log = new FrameLog(settings, fence, ManifestFile.read(building), stamps, lowWatermark);
            isOfEngine = false;
        }
        return log;
    }

    private void end() {
        FrameLog ended = log;
        log = null;
        try {
            ended.end();
        } finally {
            ended.close();
        }
        ended.health().check();
    }

    /** Ends and seals the last segment, when all results are in. */
    void seal() {
        log();
        end();
        end = Timeline.of(building, ManifestFile.read(building)).end();
    }

    /** Returns the sequence up to which every sequence has an outcome. */
    long lowWatermark() {
        return lowWatermark;
    }

    /** Adds a snapshot of another journal that was checked, and belongs to what is in this one; once that is sealed. */
    void addSnapshot(Path file, SnapshotHeader header) {
        Path snapshots = SnapshotFile.folder(building);
        try {
            FileDisk.INSTANCE.createFolder(snapshots);
            SnapshotFile.copy(file, header, FileDisk.INSTANCE, snapshots.resolve(file.getFileName()), journal, end);
            FileDisk.INSTANCE.forceFolder(snapshots);
        } catch (Exception e) {
            throw new JournalException("cannot copy snapshot " + file + ": " + e, e);
        }
    }

    /** Moves the new journal to its place, when all is in. */
    void complete() {
        fence.close();
        try {
            FileDisk.INSTANCE.replace(dir, building);
            FileDisk.INSTANCE.forceFolder(dir.getParent());
        } catch (IOException e) {
            throw new JournalException("cannot move " + building + " to " + dir + ": " + e, e);
        }
    }

    /** Deletes what is not complete. */
    @Override
    public void close() {
        if (log != null) {
            log.close();
        }
        fence.close();
        try {
            JournalFolder.delete(building, FileDisk.INSTANCE);
        } catch (IOException e) {
            throw new JournalException("cannot delete " + building + ": " + e, e);
        }
    }
}
