package dev.braid.persistence;

import dev.braid.persistence.JournalFolder.Segment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.agrona.BitUtil;

/**
 * Copies one journal to where it is put together, as far as it is not where an earlier backup has put it. What is copied is
 * the journal up to a frame, as if its writer had been stopped there: segments that are being written are sealed in the copy.
 * No lock, lease or mark is copied, and no file of the journal is opened that somebody may have locked.
 */
final class BackupCopy {
    private static final int ATTEMPTS = 100;
    private static final int CHUNK_LENGTH = 1 << 20;
    private static final int PAGE_LENGTH = 4096;
    private static final String PART_SUFFIX = ".part";

    private final Path dir;
    private final Path kept;
    private final Path staging;
    private final Manifest before;
    private final ProgressListener progress;
    private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK_LENGTH);
    private final ByteBuffer other = ByteBuffer.allocate(CHUNK_LENGTH);

    private Manifest manifest;
    private final List<String> snapshots = new ArrayList<>();
    /** Segments whose copies were verified. */
    private final Set<SealedSegment> checked = new HashSet<>();

    private long copied;
    private long copiedBytes;
    private long keptSnapshots;
    private long totalBytes;

    /**
     * @param dir     folder of the journal.
     * @param kept    where an earlier backup has put its copy; need not exist.
     * @param staging for what is new.
     */
    BackupCopy(Path dir, Path kept, Path staging, ProgressListener progress) throws IOException {
        this.dir = dir;
        this.kept = kept;
        this.staging = staging;
        this.progress = progress;
        this.before = ManifestFile.read(kept);
        JournalFiles.createFolder(staging);
    }

    /** Copies what is sealed now: most of it, and it takes long, so that little is left to be done when the end is looked for. */
    void copySealed() throws IOException {
        Manifest now = ManifestFile.read(dir);
        if (now == null) {
            throw new JournalDamagedException(
                    JournalProblem.ofManifest("it is missing").of(dir));
        }
        if (before != null) {
            checkSameJournal(now);
        }
        totalBytes = now.sealed().stream()
                .mapToLong(segment -> segment.size().fileLength())
                .sum();
        for (SealedSegment sealed : now.sealed()) {
            copy(now, sealed, null);
        }
    }

    /** Copies the snapshots that are there: before the journal's end is looked for, so that it contains what is part of them. */
    void copySnapshots() throws IOException {
        Manifest now = ManifestFile.read(dir);
        Path folder = SnapshotFile.folder(staging);
        for (Path file : SnapshotFile.newestFirst(dir)) {
            String name = file.getFileName().toString();
            try {
                if (SnapshotFile.check(file).journal() != now.journal()) {
                    continue;
                }
                if (isKept(file)) {
                    keptSnapshots++;
                } else {
                    JournalFiles.createFolder(folder);
                    long length = JournalFiles.size(file);
                    copy(file, folder.resolve(name), length, length);
                    SnapshotFile.check(folder.resolve(name));
                    copied++;
                }
                snapshots.add(name);
            } catch (IOException e) {
                JournalFiles.delete(folder.resolve(name));
                if (JournalFiles.exists(file)) {
                    continue; // Damaged: there is no sense in a copy of it.
                }
            }
        }
        prune(folder, SnapshotFile.newestFirst(staging), snapshots);
    }

    /** Tells whether an earlier backup has copied this file as it is. */
    private boolean isKept(Path file) throws IOException {
        Path copy = SnapshotFile.folder(kept).resolve(file.getFileName());
        return JournalFiles.exists(copy) && isSame(file, copy, JournalFiles.size(file)) && hasSameSize(file, copy);
    }

    private static boolean hasSameSize(Path file, Path copy) throws IOException {
        return JournalFiles.size(file) == JournalFiles.size(copy);
    }

    /** Finds the journal's end, and copies all up to there. */
    void copyRest() throws IOException {
        JournalRecovery found = new JournalRecovery(dir, ProgressListener.NONE);
        for (int i = 0; found.endsInRoll() && i < ATTEMPTS; i++) { // Its writer went on in another one meanwhile.
            found = new JournalRecovery(dir, ProgressListener.NONE);
        }
        found.check();
        Manifest end = found.manifest();
        for (SegmentTail tail : found.tails()) {
            end = end.withSealed(tail.seal());
        }
        if (before != null) {
            checkSameJournal(end);
        }
        for (SealedSegment sealed : end.sealed()) {
            SegmentTail tail = found.tails().stream()
                    .filter(candidate -> candidate.segment().number() == sealed.number())
                    .findFirst()
                    .orElse(null);
            copy(end, sealed, tail == null ? null : tail.file());
        }
        removeAhead(found.sequences().next() - 1);
        InputBinding binding = end.binding();
        manifest = end.closed().with(binding.needsInput() ? binding.withPath(InputCheck.USUAL_FOLDER) : binding);
        pruneSegments();
    }

    /** A snapshot that came while others were copied may be ahead of what the journal had when it was begun. */
    private void removeAhead(long lowWatermark) throws IOException {
        for (String name : List.copyOf(snapshots)) {
            Path copy = SnapshotFile.folder(staging).resolve(name);
            if (SnapshotFile.coveredBy(copy) > lowWatermark) {
                JournalFiles.delete(copy);
                snapshots.remove(name);
            }
        }
    }

    /** @param file file of a segment that is not sealed, {@code null} for one that is. */
    private void copy(Manifest of, SealedSegment sealed, Path file) throws IOException {
        Segment staged = JournalFolder.segment(staging, sealed.number());
        if (isKept(sealed) || checked.contains(sealed)) {
            return;
        }
        if (isComplete(staged, sealed) && damageOf(staged, of, sealed) == null) {
            checked.add(sealed); // From a backup that was broken off.
            return;
        }
        Segment segment = JournalFolder.segment(dir, sealed.number());
        Path data = file != null ? file : DataFileSelector.of(segment, of.journal(), sealed, problem -> {});
        if (data == null) {
            throw new JournalDamagedException(
                    JournalProblem.inSegment(ProblemKind.MISSING_SEGMENT, segment, "its data file is missing")
                            .of(dir));
        }
        Path part = staging.resolve(segment.name() + PART_SUFFIX);
        copyFiles(segment, data, sealed.size().fileLength(), part);
        if (file != null) {
            force(data); // Were it lost at a loss of power, the journal would go on otherwise than its backup.
        }
        FileDisk.INSTANCE.forceFolder(part);
        empty(staged.folder());
        JournalFiles.move(part, staged.folder());
        JournalProblem damage = damageOf(staged, of, sealed);
        if (damage != null) {
            throw new JournalDamagedException(damage.of(dir));
        }
        checked.add(sealed);
        copied++;
    }

    /** Copies the frames of the data file, and all other files whole, into a new folder. */
    private void copyFiles(Segment segment, Path data, long dataLength, Path folder) throws IOException {
        empty(folder);
        JournalFiles.createFolder(folder);
        for (Path own : segment.ownFiles()) {
            Path target = folder.resolve(own.getFileName());
            if (own.equals(data)) {
                long length = BitUtil.align(dataLength + 2 * SegmentScanner.WORD_LENGTH, PAGE_LENGTH);
                copy(own, target, dataLength, length);
            } else if (!segment.isDataFile(own)) {
                long length = JournalFiles.size(own);
                copy(own, target, length, length);
            }
        }
    }

    /** Tells whether an earlier backup has copied this file as it is. */
    private boolean isKept(SealedSegment sealed) {
        return before != null
                && sealed.equals(before.sealed(sealed.number()))
                && isComplete(JournalFolder.segment(kept, sealed.number()), sealed);
    }

    private static void force(Path file) throws IOException {
        try (ChannelFile forced = ChannelFile.toRead(file)) {
            forced.force();
        }
    }

    private static boolean isComplete(Segment segment, SealedSegment sealed) {
        return segment.dataLength() >= sealed.size().fileLength();
    }

    private static JournalProblem damageOf(Segment segment, Manifest of, SealedSegment sealed) {
        JournalProblem[] first = {null};
        ProblemListener listener = problem -> {
            if (first[0] == null && problem.kind().isDamage()) {
                first[0] = problem;
            }
        };
        ChainHash.Value chain = of.chainBefore(sealed.number());
        try (SegmentReader reader = new SegmentReader(segment, of.journal(), sealed, chain, listener)
                .after(of.lowWatermarkBefore(sealed.number()))
                .goesOnFrom(of.sealed(sealed.number() - 1))
                .beyondEnd()
                .thorough()) {
            while (first[0] == null && reader.next()) {
                // Goes on to the end.
            }
        }
        return first[0];
    }

    /** Checks that the earlier copy is a former state of the journal. */
    private void checkSameJournal(Manifest now) throws IOException {
        if (before.journal() != now.journal()) {
            throw new JournalException(kept + " is a backup of another journal, " + before.journal() + ", not of " + dir
                    + ", which is " + now.journal());
        }
        for (SealedSegment old : before.sealed()) {
            SealedSegment present = now.sealed(old.number());
            if (old.number() < now.firstSegment() || old.equals(present)) {
                continue;
            }
            boolean isLast = old.equals(before.last());
            boolean isCut = isLast && old.end() == SegmentEnd.CUT;
            if (present == null && old.number() <= now.begun() && isLast) {
                continue; // It is not sealed yet: it will be looked at with the journal's end.
            }
            if (!isCut
                    || present == null
                    || present.size().frames() < old.size().frames()
                    || !isBeginning(old)) {
                throw new JournalException(kept + " is a backup of another timeline of journal " + dir + ": its "
                        + JournalFolder.segment(kept, old.number()).name()
                        + " is not what the journal has; make a new one, in another folder");
            }
        }
    }

    private boolean isBeginning(SealedSegment old) throws IOException {
        Path copy = JournalFolder.segment(kept, old.number()).dataFile();
        Path file = JournalFolder.segment(dir, old.number()).dataFile();
        return copy != null && file != null && isSame(file, copy, old.size().fileLength());
    }

    private boolean isSame(Path file, Path copy, long length) throws IOException {
        try (ChannelFile first = ChannelFile.toRead(file);
                ChannelFile second = ChannelFile.toRead(copy)) {
            for (long at = 0; at < length; at += chunk.limit()) {
                int limit = (int) Math.min(CHUNK_LENGTH, length - at);
                if (!readFully(first, chunk.clear().limit(limit), at)
                        || !readFully(second, other.clear().limit(limit), at)
                        || !chunk.equals(other)) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean readFully(Disk.File file, ByteBuffer bytes, long position) throws IOException {
        while (bytes.hasRemaining()) {
            if (file.read(bytes, position + bytes.position()) < 0) {
                return false;
            }
        }
        bytes.flip();
        return true;
    }

    /** Copies the beginning of a file; what follows up to a length are zeros. */
    private void copy(Path from, Path to, long bytes, long length) throws IOException {
        FileDisk.INSTANCE.delete(to);
        try (ChannelFile in = ChannelFile.toRead(from);
                Disk.File out = FileDisk.INSTANCE.open(to)) {
            for (long at = 0; at < length; at += chunk.limit()) {
                int limit = (int) Math.min(CHUNK_LENGTH, length - at);
                int present = (int) Math.max(0, Math.min(limit, bytes - at));
                Arrays.fill(chunk.array(), present, limit, (byte) 0);
                if (!readFully(in, chunk.clear().limit(present), at)) {
                    throw new IOException(from + " ends before " + bytes);
                }
                chunk.limit(limit);
                out.writeFully(chunk, at);
                chunk.position(0);
                copiedBytes += limit;
                progress.onProgress(copiedBytes, Math.max(copiedBytes, totalBytes));
            }
            out.force();
        }
    }

    private void pruneSegments() throws IOException {
        for (Segment segment : JournalFolder.segments(staging)) {
            if (!checked.contains(manifest.sealed(segment.number()))) {
                empty(segment.folder()); // Of a backup that was broken off, or an earlier state of it.
            }
        }
        for (Path part : JournalFiles.list(staging, "*" + PART_SUFFIX, false)) {
            empty(part);
        }
        ManifestFile.write(staging, FileDisk.INSTANCE, manifest);
        FileDisk.INSTANCE.forceFolder(staging);
    }

    /** Returns the manifest of the copy, once all is copied. */
    Manifest manifest() {
        return manifest;
    }

    List<String> snapshots() {
        return List.copyOf(snapshots);
    }

    long copied() {
        return copied;
    }

    long copiedBytes() {
        return copiedBytes;
    }

    long keptCount() {
        return keptSnapshots + manifest.sealed().stream().filter(this::isKept).count();
    }

    private static void prune(Path folder, List<Path> files, List<String> wanted) throws IOException {
        for (Path file : files) {
            if (!wanted.contains(file.getFileName().toString())) {
                JournalFiles.delete(file);
            }
        }
        if (JournalFiles.isFolder(folder)) {
            FileDisk.INSTANCE.forceFolder(folder);
        }
    }

    /** Deletes a folder that a backup made, with its files. */
    private static void empty(Path folder) throws IOException {
        if (JournalFiles.isFolder(folder)) {
            for (Path file : JournalFiles.list(folder, "*", false)) {
                JournalFiles.delete(file);
            }
            JournalFiles.delete(folder);
        }
    }
}
