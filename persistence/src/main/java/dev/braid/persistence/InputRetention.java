package dev.braid.persistence;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import org.agrona.concurrent.Agent;

/** Gives up the sealed segments of an input journal whose records all have results that are safe, and that no reader reads. */
final class InputRetention implements Agent {
    private final JournalWriter<?> writer;
    private final Path dir;
    private final Disk disk;
    private final LongSupplier done;
    private long doneBefore = -1;

    /**
     * @param writer of the input journal.
     * @param done   every sequence up to it has a result that is safe.
     */
    InputRetention(JournalWriter<?> writer, LongSupplier done) {
        this.writer = writer;
        this.dir = writer.settings().dir();
        this.disk = writer.settings().disk();
        this.done = done;
    }

    @Override
    public String roleName() {
        return "braid-input-retention";
    }

    @Override
    public int doWork() throws IOException {
        long doneNow = done.getAsLong();
        if (doneNow == doneBefore) {
            return 0;
        }
        doneBefore = doneNow;
        Manifest before = ManifestFile.read(dir);
        if (count(before, doneNow, Long.MAX_VALUE) == 0) {
            return 0;
        }
        Manifest after = writer.updateManifest(manifest ->
                manifest.withoutFirst(count(manifest, doneNow, firstHeld())).withNeeded(doneNow + 1));
        for (long number = before.firstSegment(); number < after.firstSegment(); number++) {
            SegmentContent.delete(JournalFolder.segment(dir, number), disk);
        }
        return 0;
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
            if (segment.highestSequence() > doneNow || segment.number() >= held) {
                break;
            }
            count++;
        }
        return count;
    }
}
