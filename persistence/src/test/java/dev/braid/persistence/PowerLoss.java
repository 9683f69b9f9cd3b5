package dev.braid.persistence;

import dev.braid.persistence.FaultyDisk.Kind;
import dev.braid.persistence.FaultyDisk.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Knows what of a journal is on disk for certain: of each file what was in it when it was forced last, and of folders which
 * names. Makes the journal that is found when the power fails: each page that is not certain is there or not, by chance.
 */
final class PowerLoss implements FaultyDisk.Script {
    private static final int PAGE = 4096;
    private static final int MARK_BOOT_ID_OFFSET = 16;

    /** Chronicle Queue writes no further than this beyond what is written ahead for it. */
    private static final int CHRONICLES_OWN = 1 << 20;

    private final Path dir;
    private final Map<Path, byte[]> onDisk = new HashMap<>();
    private final Map<Path, Long> extents = new HashMap<>();
    private final Map<Path, byte[]> beingForced = new HashMap<>();
    private final Set<Path> names = new HashSet<>();
    private byte[] olderManifest;

    /** @param dir of the journal. */
    PowerLoss(Path dir) {
        this.dir = dir;
    }

    @Override
    public synchronized void before(Operation operation) throws IOException {
        Path path = operation.path();
        switch (operation.kind()) {
            case WRITE -> extents.merge(path, operation.position() + operation.bytes(), Math::max);
            case FORCE -> beingForced.put(path, content(path)); // What is written meanwhile may be on disk or not.
            case REPLACE -> olderManifest = Files.exists(path) ? Files.readAllBytes(path) : null;
            default -> {}
        }
    }

    @Override
    public synchronized void after(Operation operation) throws IOException {
        Path path = operation.path();
        if (operation.kind() == Kind.FORCE) {
            onDisk.put(path, beingForced.remove(path));
        } else if (operation.kind() == Kind.REPLACE) {
            byte[] content = onDisk.remove(newFileOf(path));
            if (content != null) {
                onDisk.put(path, content);
            }
        } else if (operation.kind() == Kind.FORCE_FOLDER) {
            try (Stream<Path> files = Files.list(path)) {
                files.forEach(names::add);
            }
            olderManifest = path.equals(dir) ? null : olderManifest;
        }
    }

    private static Path newFileOf(Path path) {
        boolean isSnapshot = path.getParent().endsWith(SnapshotFile.FOLDER);
        return path.resolveSibling(isSnapshot ? "snapshot.new" : path.getFileName() + ".new");
    }

    /** All that is there now has been for long. */
    synchronized PowerLoss overAll() throws IOException {
        try (Stream<Path> walk = Files.walk(dir)) {
            for (Path path : walk.toList()) {
                names.add(path);
                if (!Files.isDirectory(path)) {
                    onDisk.put(path, content(path));
                }
            }
        }
        return this;
    }

    /** Without what is mapped far beyond anything that was written. */
    private byte[] content(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long extent = Math.max(extents.getOrDefault(file, 0L), CHRONICLES_OWN);
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(channel.size(), extent));
            while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) > 0) {
                // Go on.
            }
            return bytes.array();
        }
    }

    /** What is found afterwards, in another folder. */
    synchronized void lose(Path to, Random random) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(dir)) {
            paths = walk.sorted().toList();
        }
        Set<Path> lost = new HashSet<>();
        for (Path path : paths) {
            boolean isNameCertain = path.equals(dir) || names.contains(path) || path.endsWith(JournalMark.FILE_NAME);
            if (lost.contains(path.getParent()) || !isNameCertain && random.nextBoolean()) {
                lost.add(path);
                continue;
            }
            Path target = to.resolve(dir.relativize(path).toString());
            if (Files.isDirectory(path)) {
                Files.createDirectories(target);
            } else {
                try {
                    Files.write(target, survivor(path, random));
                } catch (NoSuchFileException e) {
                    // Deleted, or given its name, at this moment.
                }
            }
        }
    }

    private byte[] survivor(Path file, Random random) throws IOException {
        boolean isManifest = file.endsWith(ManifestFile.NAME);
        if (isManifest && olderManifest != null && random.nextBoolean()) {
            return olderManifest;
        }
        byte[] now = content(file);
        byte[] certain = onDisk.getOrDefault(file, new byte[0]);
        for (int page = 0; page < now.length; page += PAGE) {
            int end = Math.min(page + PAGE, now.length);
            byte[] before = Arrays.copyOfRange(certain, Math.min(page, certain.length), Math.min(end, certain.length));
            byte[] old = Arrays.copyOf(before, end - page);
            if (random.nextBoolean()) {
                System.arraycopy(old, 0, now, page, end - page);
            }
        }
        if (file.endsWith(JournalMark.FILE_NAME)) {
            for (int i = 0; i < 16; i++) {
                now[MARK_BOOT_ID_OFFSET + i] ^= 0x55; // The machine was started anew.
            }
        }
        return now;
    }
}
