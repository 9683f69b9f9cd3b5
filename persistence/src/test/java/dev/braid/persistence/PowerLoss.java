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
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Knows what of a journal is on disk for certain: of each file what was in it when it was forced last, and of folders which
 * names. Makes the journal that is found when the power fails: each page that is not certain is there or not, by chance.
 */
final class PowerLoss implements FaultyDisk.Script {
    private static final int PAGE = 4096;
    private static final BootId EARLIER = new BootId(UUID.randomUUID());

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

    /** The machine will have been started anew. */
    @Override
    public BootId bootId() {
        return EARLIER;
    }

    @Override
    public synchronized void before(Operation operation) throws IOException {
        Path path = operation.path();
        switch (operation.kind()) {
            case WRITE -> extents.merge(path, operation.position() + operation.bytes(), Math::max);
            case FORCE -> beingForced.put(path, content(path)); // What is written meanwhile may be on disk or not.
            case REPLACE -> {
                if (path.endsWith(ManifestFile.NAME)) {
                    olderManifest = Files.exists(path) ? Files.readAllBytes(path) : null;
                }
            }
            default -> {}
        }
    }

    @Override
    public synchronized void after(Operation operation) throws IOException {
        Path path = operation.path();
        if (operation.kind() == Kind.FORCE) {
            onDisk.put(path, beingForced.remove(path));
        } else if (operation.kind() == Kind.REPLACE) {
            move(operation.by(), path);
        } else if (operation.kind() == Kind.FORCE_FOLDER) {
            try (Stream<Path> files = Files.list(path)) {
                files.forEach(names::add);
            }
            olderManifest = path.equals(dir) ? null : olderManifest;
        }
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

    /** A file, or a folder with all that is in it: that its new name is certain, is not known yet. */
    private void move(Path from, Path to) {
        for (Map<Path, ?> map : List.of(onDisk, extents)) {
            moveKeys(map, from, to);
        }
        for (Path name : List.copyOf(names)) {
            if (name.startsWith(from)) {
                names.remove(name);
                if (!name.equals(from)) {
                    names.add(to.resolve(from.relativize(name)));
                }
            }
        }
    }

    private static <T> void moveKeys(Map<Path, T> map, Path from, Path to) {
        for (Path path : List.copyOf(map.keySet())) {
            if (path.startsWith(from)) {
                map.put(path.equals(from) ? to : to.resolve(from.relativize(path)), map.remove(path));
            }
        }
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
        TestJournal.adopt(to);
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
        return now;
    }
}
