package dev.braid.persistence;

import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.agrona.BufferUtil;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Ensures that of all writers that opened a journal, only the last one acknowledges.
 * <p>
 * The lock on the journal's lock file is the first line; but it can be lost: the file is deleted, or the process that holds the
 * lock opens and closes the file for something else. Therefore every writer that opens a journal raises its epoch, in the lock
 * file and in the manifest, before it reads the journal; and a writer acknowledges a frame only if the epoch is still its own
 * <em>after</em> the frame was written. Either the old writer sees the new epoch, or the new writer sees the old one's frame.
 * <p>
 * The epoch is read in a mapping of the lock file. If the file was deleted or replaced, another writer raises the epoch in another
 * file: so the attributes of file and manifest are looked at about every 50 ms while frames are written, those of the manifest
 * because a lock file that was moved away may be moved back; see {@link ManifestWatch}. If the last look is older than 100 ms, as
 * after the writer was idle, nothing is written or acknowledged before another look. A writer that finds another file than the one
 * that the last writer provably has mapped waits for 200 ms after raising the epoch, and only then reads the journal. The file tells
 * which one it is by the epoch and by its own inode, which a copy does not have.
 * <p>
 * The folder itself may be moved away, and another journal, or a copy of this one, put in its place; its epoch may be the same. What
 * the writer has open, goes with the folder. What it does by a name could hit the other journal. Therefore:
 * <ul>
 * <li>The manifest is changed by {@link #update} only, which compares id, epoch and lock file while the manifest's lock is held.
 * <li>A file or folder is made under a name that nobody else uses, then comes a {@link #look}, and then it is renamed within its
 *     folder: if the look finds the journal in place, it was made in the journal, and in another one the rename finds nothing.
 * <li>A file that is opened by its name is not written to before a look.
 * <li>A look comes right before each deletion. The moment in between is the only one that is left.
 * </ul>
 * <p>
 * <b>Threads:</b> any.
 */
final class WriterFence implements AutoCloseable {
    static final long MAX_AGE_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long WAIT_NS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Path dir;
    private final Path file;
    private final Disk disk;
    private final NanoClock clock;
    private final FileLocks.Lock lock;
    private final ManifestWatch manifestWatch;
    private final long epoch;
    private final MappedByteBuffer mapping;
    private final UnsafeBuffer buffer;
    private volatile long lookedNs;
    /** Id of the journal, {@link Manifest#NO_JOURNAL} until it is known. */
    private volatile int journal = Manifest.NO_JOURNAL;

    private boolean isClosed;

    private WriterFence(Path dir, Disk disk, NanoClock clock, FileLocks.Lock lock) throws IOException {
        this.dir = dir;
        this.file = dir.resolve(JournalLock.FILE_NAME);
        this.disk = disk;
        this.clock = clock;
        this.lock = lock;
        this.manifestWatch = new ManifestWatch(dir);
        LockFile before = LockFile.read(lock.channel());
        int inode = JournalFiles.inode(file);
        long known = knownEpoch();
        boolean isOfLastWriter = before.isOfLastWriter(inode, known);
        this.epoch = Math.max(before.epoch(), known) + 1;
        write(isOfLastWriter ? inode : 0);
        this.mapping = lock.channel().map(FileChannel.MapMode.READ_ONLY, 0, LockFile.LENGTH);
        this.buffer = new UnsafeBuffer(mapping);
        boolean isTaken = false;
        try {
            look(); // That the inode is the one of the file that is locked, too.
            raise(known);
            if (!isOfLastWriter) {
                await(WAIT_NS);
                look();
                write(inode); // Not before: should this one be killed while it waits, the next one has to.
            }
            isTaken = true;
        } finally {
            if (!isTaken) {
                manifestWatch.close();
                BufferUtil.free(mapping);
            }
        }
        VarHandle.fullFence();
    }

    private void write(int inode) throws IOException {
        ByteBuffer content = LockFile.ofThisProcess(inode, epoch).encode();
        while (content.hasRemaining()) {
            lock.channel().write(content, content.position());
        }
        lock.channel().force(true);
    }

    /** Takes the lock of a journal whose folder exists, and raises its epoch. */
    static WriterFence take(Path dir, Disk disk) {
        return take(dir, disk, SystemNanoClock.INSTANCE);
    }

    /** Takes the lock, as {@link #take(Path, Disk)} does, with the clock that says how old the last look is. */
    static WriterFence take(Path dir, Disk disk, NanoClock clock) {
        return Uninterrupted.call(() -> takeUninterrupted(dir, disk, clock));
    }

    private static WriterFence takeUninterrupted(Path dir, Disk disk, NanoClock clock) {
        FileLocks.Lock lock = JournalLock.take(dir);
        try {
            return new WriterFence(dir, disk, clock, lock);
        } catch (Throwable t) {
            lock.close();
            throw t instanceof JournalException e
                    ? e
                    : new JournalException("cannot write the lock file of journal " + dir + ": " + t, t);
        }
    }

    /** Returns the highest epoch that the manifest knows, or if that is lost, the segments; 0 if the journal has none. */
    private long knownEpoch() {
        try {
            Manifest manifest = ManifestFile.read(dir);
            if (manifest != null) {
                journal = manifest.journal();
                return manifest.epoch();
            }
        } catch (JournalDamagedException e) {
            // Recovery says so.
        }
        long highest = 0;
        Manifest guess = ManifestFile.readOrGuess(dir, problem -> {});
        for (JournalFolder.Segment segment : JournalFolder.segments(dir)) {
            try (SegmentReader reader = SegmentReader.probe(segment, guess.journal())) {
                if (reader.next() && reader.frame().type() == FrameLayout.TYPE_HEAD) {
                    highest = Math.max(highest, reader.frame().head().epoch());
                }
            }
        }
        return highest;
    }

    /** Raises the epoch. If two writers raise it at once, each by a lock file of its own, the second one is refused. */
    private void raise(long known) {
        boolean[] isMine = {false};
        try {
            if (ManifestFile.read(dir) != null) {
                ManifestFile.updateUnseen(dir, disk, manifest -> {
                    look();
                    if (manifest.epoch() > known && !isMine[0]) {
                        throw overtaken();
                    }
                    checkIsOf(manifest.journal());
                    isMine[0] = true;
                    return manifest.withEpoch(epoch, lastSegment());
                });
            }
        } catch (JournalDamagedException e) {
            // Recovery says so, and writes another one.
        }
    }

    private long lastSegment() {
        return JournalFolder.segments(dir).stream()
                .mapToLong(JournalFolder.Segment::number)
                .max()
                .orElse(-1);
    }

    /** Waits in real time, by which the other writer measures the age of its last look. */
    private static void await(long ns) {
        long startNs = System.nanoTime();
        for (long passed = 0; passed < ns; passed = System.nanoTime() - startNs) {
            LockSupport.parkNanos(ns - passed);
        }
    }

    long epoch() {
        return epoch;
    }

    /**
     * To be called after frames were written and before they are acknowledged.
     *
     * @throws JournalLockedException if another writer has taken over: they must not be.
     */
    void check() {
        VarHandle.fullFence(); // What was written is seen by any writer that raises the epoch after it is read here.
        try {
            if (buffer.getLongVolatile(LockFile.EPOCH_OFFSET) != epoch) {
                throw overtaken();
            }
            lookAfterPause();
        } catch (InternalError e) { // So the JVM says, perhaps a little later, that the file has no such page.
            throw lost("cannot be read: " + e.getMessage());
        }
    }

    /**
     * To be called before a frame is written: a writer that was idle looks first, and need not find out by a frame of its own, in
     * a segment that another one has closed meanwhile.
     *
     * @throws JournalLockedException if another writer has taken over, or may have.
     */
    void lookAfterPause() {
        if (clock.nanoTime() - lookedNs > MAX_AGE_NS) {
            look();
        }
    }

    /**
     * Checks that the folder is still this writer's, by the lock file and the manifest; to be called periodically, and before
     * anything is published, deleted or written by its name.
     *
     * @throws JournalLockedException if another writer has taken over, or may have, or another folder has taken the place.
     */
    synchronized void look() {
        if (isClosed) {
            throw new JournalException("journal " + dir + " is closed");
        }
        long nowNs = clock.nanoTime();
        try {
            BasicFileAttributes present = JournalFiles.attributesOfFile(file);
            if (present == null) {
                throw lost("was deleted");
            }
            if (!lock.isOf(present)) {
                throw overtaken();
            }
            if (present.size() < LockFile.LENGTH) {
                throw lost("was truncated to " + present.size() + " bytes");
            }
            if (buffer.getLongVolatile(LockFile.EPOCH_OFFSET) != epoch || isOvertakenInManifest()) {
                throw overtaken();
            }
        } catch (InternalError e) {
            throw lost("cannot be read: " + e.getMessage());
        } catch (IOException e) {
            throw new JournalException("cannot check the lock file " + file + ": " + e, e);
        }
        lookedNs = nowNs;
    }

    /** Another writer had another lock file, and nothing tells of that any more, where this one was moved back. */
    private boolean isOvertakenInManifest() throws IOException {
        if (manifestWatch.epochIfWhole() <= epoch) {
            return false;
        }
        Manifest manifest = ManifestFile.readUnlessLost(dir);
        return manifest != null && manifest.epoch() > epoch;
    }

    /** Throws if a journal, found at the place of this writer's, is another one. */
    void checkIsOf(int found) {
        if (found != journal) {
            throw new JournalLockedException("another journal stands at " + dir + ": its id is " + found
                    + ", and that of this writer's is " + journal + "; nothing more is acknowledged");
        }
    }

    /** Makes the manifest of a journal that has none, unless another writer has begun it meanwhile. */
    Manifest begin(Manifest first) {
        Manifest own = first.withEpoch(epoch, -1);
        journal = own.journal();
        return ManifestFile.update(dir, disk, present -> {
            look();
            if (present != null && !present.equals(own)) {
                throw overtaken();
            }
            return own;
        });
    }

    /** Makes the manifest of a journal again that has lost it, unless another writer has done so meanwhile. */
    Manifest replaceLost(Manifest again) {
        journal = again.journal();
        return ManifestFile.replaceLost(dir, disk, present -> {
            look();
            if (present != null && !present.equals(again)) {
                throw overtaken();
            }
            return again;
        });
    }

    /**
     * Changes the manifest, if the journal is still this writer's: if the manifest is of this journal and this writer, and the lock
     * file is the one that is locked, while the manifest's lock is held.
     *
     * @throws JournalLockedException if it is not: then nothing was changed.
     */
    Manifest update(UnaryOperator<Manifest> change) {
        look(); // Before the manifest's lock is taken, which would be made in another journal.
        return ManifestFile.update(dir, disk, manifest -> {
            look();
            if (manifest == null) {
                throw new JournalDamagedException(JournalProblem.ofManifest("it is missing"));
            }
            checkIsOf(manifest.journal());
            if (manifest.epoch() != epoch) {
                throw overtaken();
            }
            return change.apply(manifest);
        });
    }

    private JournalLockedException lost(String what) {
        return new JournalLockedException("the lock file " + file + " " + what
                + ": another writer may have taken over, and nothing more is acknowledged");
    }

    private JournalLockedException overtaken() {
        String by;
        try {
            LockFile last = lock.isInPlace() ? LockFile.read(lock.channel()) : readReplaced();
            by = (last.epoch() == epoch ? LockFile.NOBODY : last).describe(); // Or it is a copy of this one's.
        } catch (IOException e) {
            by = "another writer (unknown, because " + e + ")";
        }
        return new JournalLockedException("journal " + dir + " was taken over by " + by + ", by its lock file " + file
                + ": this writer, whose epoch is " + epoch + ", acknowledges nothing more");
    }

    /** Reads the file that has taken the place of the locked one. It is another one, so that opening it costs no lock. */
    private LockFile readReplaced() throws IOException {
        try (FileChannel channel = JournalFiles.openToRead(file).channel()) {
            return LockFile.read(channel);
        }
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        lock.close();
        manifestWatch.close();
        buffer.wrap(0, 0);
        BufferUtil.free(mapping);
    }
}
