package dev.braid.persistence;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Deletes sealed segments of an input journal if all their records have results that are safe, and no reader reads them. */
final class InputRetention implements JournalAgent {
    private static final long RETAIN_EVERY_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private final OpenJournal<?> journal;
    private final Path dir;
    private final Disk disk;
    private final LongSupplier done;
    private final Turns turns;
    private long doneBefore = -1;

    /**
     * @param journal the input journal.
     * @param done    every sequence up to it has a result that is safe.
     */
    InputRetention(OpenJournal<?> journal, LongSupplier done) {
        this.journal = journal;
        this.dir = journal.dir();
        this.disk = journal.settings().disk();
        this.done = done;
        this.turns = new Turns(journal.log()::frames, RETAIN_EVERY_NS, UNLIMITED_NS);
    }

    @Override
    public String roleName() {
        return JournalDuty.RETENTION;
    }

    @Override
    public boolean isWokenByFrames() {
        return turns.isResting();
    }

    @Override
    public long mostSleepNs() {
        return turns.leftNs();
    }

    @Override
    public int doWork() throws IOException {
        if (turns.begin()) {
            long doneNow = done.getAsLong();
            turns.end(doneNow >= journal.log().lowWatermark());
            giveUp(doneNow);
        }
        return 0;
    }

    private void giveUp(long doneNow) throws IOException {
        if (doneNow == doneBefore) {
            return;
        }
        doneBefore = doneNow;
        Manifest before = ManifestFile.read(dir);
        if (before != null && count(before, doneNow, Long.MAX_VALUE) == 0) {
            return;
        }
        journal.updateManifest(manifest ->
                manifest.withoutFirst(count(manifest, doneNow, firstHeld())).withNeeded(doneNow + 1));
        SegmentContent.deleteGivenUp(dir, journal.id(), journal::look, disk);
    }

    private long firstHeld() {
        long held = Long.MAX_VALUE;
        for (ReaderLease.Held lease : ReaderLease.held(dir)) {
            held = Math.min(held, lease.segment());
        }
        return held;
    }

    private static int count(Manifest manifest, long doneNow, long held) {
        int count = 0;
        for (SealedSegment segment : manifest.sealed()) {
            if (segment.atEnd().highestSequence() > doneNow || segment.number() >= held) {
                break;
            }
            count++;
        }
        return count;
    }
}
