package dev.braid.command.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.braid.command.Braid;
import dev.braid.command.TestFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever stands in the place of a file or folder of a journal: every verb names it, at once, and touches nothing. */
class OddFilesCommandTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final List<String> PLACES = List.of(
            "manifest",
            "manifest.lock",
            "manifest.new",
            "journal.lock",
            "journal.mark",
            "counters.dat",
            "counters.dat.new",
            "readers",
            "readers/0.lease",
            "snapshots",
            "snapshots/snapshot-0000000000000000001",
            "segment-0000000000",
            "segment-0000000000/19700101L.cq4",
            "segment-0000000000/metadata.cq4t",
            "segment-0000000099");

    /** What can stand in a place. */
    enum Oddity {
        LINK("a symbolic link") {
            @Override
            void make(Path place, Path outside) throws IOException {
                Files.createSymbolicLink(place, outside);
            }
        },
        DANGLING_LINK("a symbolic link") {
            @Override
            void make(Path place, Path outside) throws IOException {
                Files.createSymbolicLink(place, outside.resolveSibling("nothing"));
            }
        },
        PIPE("a named pipe") {
            @Override
            void make(Path place, Path outside) throws IOException, InterruptedException {
                try {
                    Process process = new ProcessBuilder("mkfifo", place.toString()).start();
                    assumeTrue(process.waitFor() == 0, "no pipe could be made");
                } catch (IOException e) {
                    assumeTrue(false, "named pipes need mkfifo: " + e);
                }
            }
        },
        /** A folder where there is a file, or the other way round. */
        OTHER("a f") {
            @Override
            void make(Path place, Path outside) throws IOException {
                if (Files.isDirectory(outside)) {
                    Files.writeString(place, "a file");
                } else {
                    Files.createDirectory(place);
                }
            }
        };

        private final String description;

        Oddity(String description) {
            this.description = description;
        }

        /** @param outside what stood in the place. */
        abstract void make(Path place, Path outside) throws IOException, InterruptedException;
    }

    @TempDir
    private Path folder;

    private Path sound;
    private Path input;

    @BeforeEach
    void makeJournal() throws IOException {
        sound = folder.resolve("sound");
        input = Files.writeString(folder.resolve("in.csv"), "k,n\na,1\nb,2\n");
        for (int i = 0; i < 2; i++) {
            Braid run = Braid.run(resume(sound));
            assertEquals(0, run.status(), run.err());
        }
        Files.createDirectories(sound.resolve("readers"));
        Files.createDirectories(sound.resolve("snapshots"));
    }

    private String[] resume(Path journal) {
        return new String[] {
            "run", "--resume", "--journal", journal.toString(), "--input", input.toString(), "--key", "k", "--sum", "n"
        };
    }

    private List<String[]> verbs(Path journal) {
        String dir = journal.toString();
        return List.of(
                new String[] {"journal", "describe", dir},
                new String[] {"journal", "verify", dir},
                new String[] {"journal", "verify", "--tail", dir},
                new String[] {"journal", "recovery-plan", dir},
                new String[] {"journal", "salvage", dir, dir + "-new"},
                new String[] {"journal", "backup", dir, dir + "-backup"},
                new String[] {"journal", "retain", dir, "--below", "1", "--dry-run"},
                new String[] {"journal", "retain", dir, "--below", "1"},
                new String[] {"journal", "dump", dir},
                new String[] {"journal", "compare", dir, sound.toString()},
                new String[] {"journal", "compare", sound.toString(), dir},
                new String[] {"replay", dir},
                new String[] {"replay", dir, "--order", "journal", "--follow"},
                resume(journal));
    }

    @ParameterizedTest
    @EnumSource
    void shouldBeNamedByEveryVerb(Oddity oddity) throws Exception {
        List<String> wrong = new ArrayList<>();
        for (String place : PLACES) {
            Path journal = Files.createDirectories(folder.resolve(oddity + "-" + PLACES.indexOf(place)))
                    .resolve("journal");
            TestFolders.copy(sound, journal);
            Path odd = journal.resolve(place);
            Path outside = journal.resolveSibling("outside");
            if (Files.exists(odd)) {
                Files.move(odd, outside);
            } else {
                Files.createDirectories(place.startsWith("segment") ? outside : journal);
                if (!Files.exists(outside)) {
                    Files.writeString(outside, "precious");
                }
            }
            oddity.make(odd, outside);
            Map<String, Long> before = contents(journal.getParent());
            for (String[] verb : verbs(journal)) {
                String what = place + " is " + oddity + ": " + String.join(" ", verb);
                Braid braid = assertTimeoutPreemptively(TIMEOUT, () -> Braid.run(verb), what);
                boolean isNamed = braid.status() == 1
                        && braid.err().contains(odd + " is " + oddity.description)
                        && !braid.err().contains("\tat ");
                if (!isNamed) {
                    wrong.add(what + ": status " + braid.status() + ": " + braid.err());
                } else if (!contents(journal.getParent()).equals(before)) {
                    wrong.add(what + ": something was changed");
                    before = contents(journal.getParent());
                }
            }
        }
        assertTrue(wrong.isEmpty(), () -> wrong.size() + ":\n" + String.join("\n", wrong));
    }

    /** What is there, with a checksum of what is in it; without what every verb may make. */
    private static Map<String, Long> contents(Path dir) throws IOException {
        Map<String, Long> contents = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(dir)) {
            for (Path path : paths.sorted(Comparator.naturalOrder()).toList()) {
                boolean isFile = Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
                CRC32C crc = new CRC32C();
                if (isFile) {
                    crc.update(Files.readAllBytes(path));
                }
                contents.put(dir.relativize(path).toString(), isFile ? crc.getValue() : -1);
            }
        }
        contents.remove("journal/manifest.lock");
        contents.keySet().removeIf(path -> path.startsWith("journal-backup")); // Left for the next one to go on with.
        return contents;
    }

    @Test
    void shouldRefuseALinkToNothingAsAJournal() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nothing"));
        Braid run = Braid.withInput("a\n", "run", "--input", "-", "--journal", link.toString());
        assertEquals(2, run.status(), run.err());
        assertTrue(run.err().contains("--journal " + link + ": is not a folder"), run.err());
    }
}
