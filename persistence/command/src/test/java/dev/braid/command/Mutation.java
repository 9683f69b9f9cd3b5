package dev.braid.command;

import dev.braid.persistence.OriginalJournal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** What can happen to a file or folder of a journal. */
enum Mutation {
    FLIP {
        @Override
        void apply(Path path, Scene scene, Random random) throws IOException {
            byte[] bytes = Files.readAllBytes(path);
            if (bytes.length > 0) {
                bytes[position(bytes, random)] ^= (byte) (1 << random.nextInt(8));
                Files.write(path, bytes);
            }
        }
    },
    ZERO {
        @Override
        void apply(Path path, Scene scene, Random random) throws IOException {
            byte[] bytes = Files.readAllBytes(path);
            if (bytes.length > 0) {
                int from = position(bytes, random);
                Arrays.fill(bytes, from, Math.min(bytes.length, from + length(random)), (byte) 0);
                Files.write(path, bytes);
            }
        }
    },
    /** Two stretches change places. */
    SWAP {
        @Override
        void apply(Path path, Scene scene, Random random) throws IOException {
            byte[] bytes = Files.readAllBytes(path);
            int length = Math.min(length(random), bytes.length / 2);
            if (length > 0) {
                int first = Math.min(position(bytes, random), bytes.length - length);
                int second = Math.min(position(bytes, random), bytes.length - length);
                byte[] kept = Arrays.copyOfRange(bytes, first, first + length);
                System.arraycopy(bytes, second, bytes, first, length);
                System.arraycopy(kept, 0, bytes, second, length);
                Files.write(path, bytes);
            }
        }
    },
    /** To another name of the journal. */
    MOVE {
        @Override
        void apply(Path path, Scene scene, Random random) throws IOException {
            Path other = scene.any(random);
            if (!other.startsWith(path) && !path.startsWith(other)) {
                delete(other);
                Files.move(path, other);
            }
        }
    },
    /** Another file or folder is put in its place. */
    DUPLICATE {
        @Override
        void apply(Path path, Scene scene, Random random) throws IOException {
            Path other = scene.any(random);
            if (!other.startsWith(path) && !path.startsWith(other)) {
                delete(path);
                FuzzTemplate.copy(other, path);
            }
        }
    },
    /** A segment is there once more under another number, or a file under a name beside it. */
    DUPLICATE_BESIDE {
        @Override
        void apply(Path path, Scene scene, Random random) throws IOException {
            String name = path.getFileName().toString();
            String beside = name.startsWith("segment-") ? "segment-000000000" + random.nextInt(10) : "x" + name;
            Path target = path.resolveSibling(beside);
            if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                FuzzTemplate.copy(path, target);
            }
        }
    },
    TRUNCATE {
        @Override
        void apply(Path path, Scene scene, Random random) throws IOException {
            byte[] bytes = Files.readAllBytes(path);
            Files.write(path, Arrays.copyOf(bytes, bytes.length == 0 ? 0 : position(bytes, random)));
        }
    },
    EXTEND {
        @Override
        void apply(Path path, Scene scene, Random random) throws IOException {
            byte[] bytes = Files.readAllBytes(path);
            byte[] longer = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(10_000));
            if (random.nextBoolean()) {
                for (int i = bytes.length; i < longer.length; i++) {
                    longer[i] = (byte) random.nextInt();
                }
            }
            Files.write(path, longer);
        }
    },
    /** As it was some time ago. */
    OLDER {
        @Override
        void apply(Path path, Scene scene, Random random) throws IOException {
            scene.replace(path, scene.template().older());
            if (scene.isOriginal() && path.getFileName().toString().equals("manifest")) {
                OriginalJournal.makeManifest(path.getParent());
            }
        }
    },
    /** What another journal has under this name. */
    FOREIGN {
        @Override
        void apply(Path path, Scene scene, Random random) throws IOException {
            scene.replace(path, scene.foreign().journal());
        }
    },
    LINK {
        @Override
        void apply(Path path, Scene scene, Random random) throws IOException {
            Path target =
                    random.nextBoolean() ? scene.outside() : scene.outside().resolve(Scene.OUTSIDE_FILE);
            if (random.nextBoolean()) {
                target = scene.outside().resolve("kept-" + path.getFileName());
                delete(target);
                FuzzTemplate.copy(path, target);
            }
            delete(path);
            Files.createSymbolicLink(path, target);
        }
    },
    FIFO {
        @Override
        void apply(Path path, Scene scene, Random random) throws IOException {
            delete(path);
            Files.createLink(path, scene.fifo());
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        }
    },
    FOLDER {
        @Override
        void apply(Path path, Scene scene, Random random) throws IOException {
            boolean isFolder = Files.isDirectory(path);
            delete(path);
            if (isFolder) {
                Files.write(path, new byte[random.nextInt(100)]);
            } else {
                Files.createDirectory(path);
            }
        }
    },
    PERMISSIONS {
        @Override
        void apply(Path path, Scene scene, Random random) throws IOException {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("---------"));
        }
    },
    DELETION {
        @Override
        void apply(Path path, Scene scene, Random random) throws IOException {
            delete(path);
        }
    };

    private static final int PAGE = 4096;

    /**
     * What mutations are made on.
     *
     * @param isOriginal whether the journal seems to have been written where it is.
     * @param fifo       a named pipe, of which others are links: to make one takes a process.
     * @param others     paths that mutations have chosen beside those that they were applied to.
     */
    record Scene(
            Path journal,
            boolean isOriginal,
            FuzzTemplate template,
            FuzzTemplate foreign,
            Path outside,
            Path fifo,
            List<Path> others) {
        static final String OUTSIDE_FILE = "file";

        List<Path> all() throws IOException {
            try (Stream<Path> walk = Files.walk(journal)) {
                return walk.filter(path -> !path.equals(journal)).sorted().toList();
            }
        }

        Path any(Random random) throws IOException {
            List<Path> all = all();
            Path other = all.isEmpty() ? journal.resolve("manifest") : all.get(random.nextInt(all.size()));
            others.add(other);
            return other;
        }

        private void replace(Path path, Path otherJournal) throws IOException {
            Path other = otherJournal.resolve(journal.relativize(path).toString());
            delete(path);
            if (Files.exists(other)) {
                FuzzTemplate.copy(other, path);
            }
        }
    }

    abstract void apply(Path path, Scene scene, Random random) throws IOException;

    /** Whether it is for files alone. */
    boolean isOfBytes() {
        return switch (this) {
            case FLIP, ZERO, SWAP, TRUNCATE, EXTEND -> true;
            default -> false;
        };
    }

    /** Applies it to any path that it fits; returns what was done. */
    String applyToAny(Scene scene, Random random) throws IOException {
        List<Path> paths = scene.all().stream()
                .filter(path -> Files.exists(path, LinkOption.NOFOLLOW_LINKS))
                .filter(path -> !isOfBytes() || Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
                .toList();
        if (paths.isEmpty()) {
            return this + " of nothing";
        }
        Path path = paths.get(random.nextInt(paths.size()));
        scene.others().clear();
        apply(path, scene, random);
        StringBuilder what = new StringBuilder(this + " " + scene.journal().relativize(path));
        scene.others()
                .forEach(other -> what.append(" and ").append(scene.journal().relativize(other)));
        return what.toString();
    }

    /** Where there is something, for the most part. */
    private static int position(byte[] bytes, Random random) {
        for (int attempt = 0; attempt < 20; attempt++) {
            int position = random.nextInt(bytes.length);
            if (bytes[position] != 0) {
                return position;
            }
        }
        return random.nextInt(bytes.length);
    }

    private static int length(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> 1 + random.nextInt(8);
            case 1 -> 1 + random.nextInt(300);
            case 2 -> PAGE;
            default -> 1 + random.nextInt(200_000);
        };
    }

    static void delete(Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            try (Stream<Path> children = Files.list(path)) {
                for (Path child : children.toList()) {
                    delete(child);
                }
            }
        }
        Files.deleteIfExists(path);
    }
}
