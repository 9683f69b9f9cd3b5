package dev.braid.persistence;

import dev.braid.persistence.RecordingDisk.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * What a disk may hold after some recorded operations, by what POSIX promises and no more: a file's bytes are certain up
 * to its last force, and after that each page is there or not; a name is certain once its folder was forced, and after that
 * each creation, renaming and deletion has happened or not.
 */
final class CrashedDisk {
    private static final int PAGE = 4096;

    private final Path root;
    private final Folder top = new Folder();

    /** @param root a folder that is there for certain. */
    CrashedDisk(Path root) {
        this.root = root;
    }

    private interface Node {}

    private record Write(long position, byte[] bytes, boolean isTruncation) {
        byte[] apply(byte[] content) {
            if (isTruncation) {
                return Arrays.copyOf(content, (int) position);
            }
            int end = (int) position + bytes.length;
            byte[] result = end > content.length ? Arrays.copyOf(content, end) : content.clone();
            System.arraycopy(bytes, 0, result, (int) position, bytes.length);
            return result;
        }
    }

    private static final class File implements Node {
        private byte[] certain = new byte[0];
        private byte[] now = new byte[0];
        private final List<Write> since = new ArrayList<>();

        void write(Write write) {
            since.add(write);
            now = write.apply(now);
        }

        void force() {
            certain = now;
            since.clear();
        }

        /** One of those that may be found. */
        byte[] found(Random random) {
            if (since.isEmpty()) {
                return now;
            }
            byte[] between = certain;
            for (Write write : since) {
                if (!random.nextBoolean()) {
                    break;
                }
                between = write.apply(between);
            }
            byte[] found = Arrays.copyOf(between, random.nextBoolean() ? now.length : between.length);
            for (int page = 0; page < found.length; page += PAGE) {
                int end = Math.min(page + PAGE, found.length);
                if (differs(page, end, found, now) && random.nextBoolean()) {
                    put(now, page, end, found);
                } else if (differs(page, end, found, certain) && random.nextBoolean()) {
                    put(certain, page, end, found);
                }
            }
            return found;
        }

        private static boolean differs(int from, int to, byte[] some, byte[] other) {
            return !Arrays.equals(Arrays.copyOfRange(some, from, to), page(other, from, to));
        }

        private static byte[] page(byte[] bytes, int from, int to) {
            byte[] page = new byte[to - from];
            if (from < bytes.length) {
                System.arraycopy(bytes, from, page, 0, Math.min(to, bytes.length) - from);
            }
            return page;
        }

        private static void put(byte[] bytes, int from, int to, byte[] into) {
            System.arraycopy(page(bytes, from, to), 0, into, from, to - from);
        }
    }

    private interface Change {
        void apply(Map<String, Node> names);
    }

    private static final class Folder implements Node {
        private Map<String, Node> certain = new TreeMap<>();
        private final Map<String, Node> now = new TreeMap<>();
        private final List<Change> since = new ArrayList<>();

        void change(Change change) {
            since.add(change);
            change.apply(now);
        }

        void force() {
            certain = new TreeMap<>(now);
            since.clear();
        }

        Map<String, Node> found(Random random) {
            Map<String, Node> found = new TreeMap<>(certain);
            for (Change change : since) {
                if (random.nextBoolean()) {
                    change.apply(found);
                }
            }
            return found;
        }
    }

    /** Something more has happened. */
    void apply(Event event) {
        switch (event.kind()) {
            case CREATE_FOLDER -> create(event.path(), new Folder());
            case OPEN -> create(event.path(), new File());
            case WRITE -> file(event.path()).write(new Write(event.position(), event.bytes(), false));
            case MAPPED -> {
                create(event.path(), new File());
                file(event.path()).write(new Write(0, event.bytes(), false));
            }
            case TRUNCATE -> file(event.path()).write(new Write(event.position(), null, true));
            case FORCE -> file(event.path()).force();
            case FORCE_FOLDER -> folder(event.path()).force();
            case REPLACE -> rename(event.from(), event.path());
            case DELETE -> delete(event.path());
            case ACKNOWLEDGED -> {}
        }
    }

    private void create(Path path, Node node) {
        String name = path.getFileName().toString();
        Folder parent = folder(path.getParent());
        if (!parent.now.containsKey(name)) {
            parent.change(names -> names.put(name, node));
        }
    }

    private void rename(Path from, Path to) {
        String before = from.getFileName().toString();
        String after = to.getFileName().toString();
        Folder parent = folder(to.getParent());
        Node node = parent.now.get(before);
        parent.change(names -> {
            names.remove(before);
            names.put(after, node);
        });
    }

    private void delete(Path path) {
        Node node = node(path);
        if (node == null) {
            return;
        }
        if (node instanceof Folder folder) {
            for (String name : List.copyOf(folder.now.keySet())) {
                delete(path.resolve(name));
            }
        }
        folder(path.getParent()).change(names -> names.remove(path.getFileName().toString()));
    }

    private Node node(Path path) {
        Node node = top;
        for (Path part : root.relativize(path)) {
            node = part.toString().isEmpty() ? node : ((Folder) node).now.get(part.toString());
            if (node == null) {
                return null;
            }
        }
        return node;
    }

    private File file(Path path) {
        return (File) node(path);
    }

    private Folder folder(Path path) {
        Node node = node(path);
        if (node == null) { // Made by somebody who does not ask the disk.
            create(path, new Folder());
            return folder(path);
        }
        return (Folder) node;
    }

    /** Makes what is found after the end of the process, and nothing worse. */
    void afterKill(Path to) throws IOException {
        make(top, to, null);
    }

    /** Makes what may be found after a loss of power. */
    void afterPowerLoss(Path to, Random random) throws IOException {
        make(top, to, random);
    }

    private static void make(Node node, Path to, Random random) throws IOException {
        if (node instanceof File file) {
            Files.write(to, random == null ? file.now : file.found(random));
        } else if (node instanceof Folder folder) {
            Files.createDirectories(to);
            for (Map.Entry<String, Node> each : (random == null ? folder.now : folder.found(random)).entrySet()) {
                make(each.getValue(), to.resolve(each.getKey()), random);
            }
        }
    }
}
