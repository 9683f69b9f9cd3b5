package dev.braid.persistence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.agrona.ErrorHandler;
import org.agrona.ExpandableArrayBuffer;

/**
 * Takes snapshots: asks one sub-stream after the other, writes their states to a file, and gives that file its name once the
 * journal has acknowledged all that is part of it. Then the oldest snapshots are deleted.
 */
final class Snapshotter<E> implements JournalAgent {
    /** Followed by a number of its own: a writer that was overtaken, and does not know it yet, must not write into another's. */
    private static final String NEW_PREFIX = "snapshot.new";

    private static final int INITIAL_BUFFER = 64 * 1024;
    private static final long LAST_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);

    /** Time between two looks whether a handler or the journal is ready, while a snapshot is being taken. */
    private static final long LOOK_EVERY_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final OpenJournal<E> journal;
    private final FrameLog log;
    private final List<GuardedHandler<E>> handlers;
    private final SnapshotLayout layout;
    private final Disk disk;
    private final Path folder;
    private final Path newFile;
    private final long every;
    private final int keep;
    private final ErrorHandler errorHandler;
    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(INITIAL_BUFFER);

    /** Low watermark at which the previous snapshot was begun, and sequence up to which the last complete one covers all. */
    private long lastAt;

    private long lastCovered;
    /** Low watermark at which the next one is begun; none while one is being taken. */
    private volatile long dueAt;

    /** Names of snapshots that were restored or written here. */
    private final Set<String> good = new HashSet<>();

    private boolean isFirst = true;

    // The one that is being taken:
    private SnapshotFile.Writer writer;
    private GuardedHandler.Capture capture;
    private int next;
    private long handled;
    private long covered;

    /** @param restored tells from which snapshot the states come. */
    Snapshotter(
            HandlerStatesConfig<E> config,
            List<GuardedHandler<E>> handlers,
            SnapshotLayout layout,
            StateReport restored) {
        this.journal = config.journal().journal();
        this.log = journal.log();
        this.handlers = handlers;
        this.layout = layout;
        this.disk = journal.settings().disk();
        this.folder = SnapshotFile.folder(journal.dir());
        this.newFile =
                folder.resolve(NEW_PREFIX + "-" + ThreadLocalRandom.current().nextLong(Long.MAX_VALUE));
        this.every = config.snapshots().every();
        this.keep = config.snapshots().keep();
        this.errorHandler = config.snapshots().errorHandler();
        this.lastAt = restored.fromSequence() - 1;
        this.lastCovered = lastAt;
        setDue();
        restored.snapshot().ifPresent(good::add);
    }

    @Override
    public String roleName() {
        return JournalDuty.SNAPSHOT;
    }

    @Override
    public boolean isWokenByFrames() {
        return log.lowWatermark() >= dueAt;
    }

    @Override
    public long mostSleepNs() {
        return writer == null ? UNLIMITED_NS : LOOK_EVERY_NS;
    }

    private void setDue() {
        dueAt = writer == null ? ((lastAt + 1) / every + 1) * every - 1 : Long.MAX_VALUE;
    }

    @Override
    public int doWork() {
        int work = go();
        setDue();
        return work;
    }

    private int go() {
        try {
            if (writer == null) {
                if (log.lowWatermark() < dueAt) {
                    return 0;
                }
                begin();
            }
            return next < handlers.size() ? captureNext() : commit();
        } catch (Throwable t) {
            giveUp();
            errorHandler.onError(
                    new JournalException("no snapshot of the state of journal " + journal.dir() + ": " + t, t));
            return 0;
        }
    }

    private void begin() throws IOException {
        lastAt = log.lowWatermark();
        journal.look();
        if (isFirst) {
            disk.createFolder(folder);
            disk.forceFolder(journal.dir());
            isFirst = false;
        }
        next = 0;
        handled = -1;
        covered = Long.MAX_VALUE;
        for (Path left : JournalFiles.list(folder, NEW_PREFIX + "*", false)) {
            disk.delete(left);
        }
        writer = new SnapshotFile.Writer(disk, newFile, journal.id(), layout);
    }

    private int captureNext() throws Throwable {
        GuardedHandler<E> handler = handlers.get(next);
        if (capture == null) {
            capture = new GuardedHandler.Capture(buffer);
        }
        if (!capture.isDone()) {
            handler.capture(capture);
        }
        if (!capture.isDone()) {
            return 0;
        }
        if (capture.failure() != null) {
            throw capture.failure();
        }
        writer.add(handler.subStream, capture.covered(), ByteBuffer.wrap(buffer.byteArray()), capture.length());
        handled = Math.max(handled, capture.covered()); // No less than was handled.
        covered = Math.min(covered, capture.covered());
        capture = null;
        next++;
        return 1;
    }

    private int commit() throws IOException {
        if (log.durable() < handled) {
            return 0;
        }
        writer.finish(log.acknowledged()); // Asked after what is durable: all that is part of it comes before.
        writer.close();
        writer = null;
        String name = SnapshotFile.nameFor(covered);
        journal.look();
        disk.replace(folder.resolve(name), newFile);
        disk.forceFolder(folder);
        lastCovered = covered;
        good.add(name);
        List<Path> files = SnapshotFile.newestFirst(journal.dir());
        List<Path> kept = files.subList(0, countOfKept(files));
        journal.need(SnapshotFile.firstNeeded(
                kept)); // First: it is refused where the journal is not this writer's any more.
        deleteOld(files.subList(kept.size(), files.size()));
        return 1;
    }

    /** Returns how many of the newest ones stay: as many as it takes to have enough that are known to be good. */
    private int countOfKept(List<Path> newestFirst) {
        int count = 0;
        for (int found = 0; count < newestFirst.size() && found < keep; count++) {
            found += good.contains(newestFirst.get(count).getFileName().toString()) ? 1 : 0;
        }
        return count;
    }

    private void deleteOld(List<Path> files) throws IOException {
        for (Path file : files) {
            journal.look();
            disk.delete(file);
            good.remove(file.getFileName().toString());
        }
    }

    private void giveUp() {
        if (capture != null && next < handlers.size()) {
            handlers.get(next).cancel();
        }
        capture = null;
        if (writer != null) {
            try {
                writer.close();
                disk.delete(newFile);
            } catch (IOException e) {
                errorHandler.onError(e);
            }
            writer = null;
        }
    }

    /**
     * Takes a snapshot of the final state, if all of it is in the journal: the engine is closed. On this thread and not on the one
     * that closes, because an interrupt of that one would close the file's channel.
     */
    @Override
    public void onClose() {
        Uninterrupted.call(() -> {
            takeLast();
            return null;
        });
    }

    private void takeLast() {
        giveUp();
        if (log.lowWatermark() <= lastCovered) {
            return; // Nothing came since.
        }
        try {
            begin();
            while (next < handlers.size()) {
                if (captureNext() == 0) {
                    giveUp(); // A handler that does not return.
                    return;
                }
            }
            if (handled > log.lowWatermark() || !log.awaitDurable(handled, LAST_TIMEOUT_NS) || commit() == 0) {
                giveUp(); // The engine halted.
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            giveUp();
        } catch (Throwable t) {
            giveUp();
            errorHandler.onError(
                    new JournalException("no snapshot of the state of journal " + journal.dir() + ": " + t, t));
        }
    }
}
