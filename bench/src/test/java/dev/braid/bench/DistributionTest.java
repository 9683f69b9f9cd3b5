package dev.braid.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the build packs for those who have neither a checkout nor Maven; it is there after {@code mvn package} and in {@code verify}. */
class DistributionTest {
    private static final int TIMEOUT_S = 120;

    @TempDir
    private Path folder;

    private record Finished(int status, String out, String err) {}

    private static Optional<Path> newestArchive() throws IOException {
        Path target = Path.of("../persistence/command/target");
        if (!Files.isDirectory(target)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(target)) {
            return files.filter(file -> file.getFileName().toString().matches("braid-[0-9].*\\.tar\\.gz"))
                    .max(Comparator.comparing(file -> file.toFile().lastModified()));
        }
    }

    private Path unpacked(String into) throws IOException, InterruptedException {
        Optional<Path> archive = newestArchive();
        assumeTrue(archive.isPresent(), "nothing is packed yet: mvn package does that");
        Path place = Files.createDirectories(folder.resolve(into));
        Finished tar =
                run("/usr/bin/env", "tar", "xzf", archive.get().toAbsolutePath().toString(), "-C", place.toString());
        assertEquals(0, tar.status, tar.err);
        try (Stream<Path> entries = Files.list(place)) {
            return entries.findFirst().orElseThrow();
        }
    }

    private Finished run(String... command) throws IOException, InterruptedException {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", programs().toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        process.getOutputStream().close();
        assertTrue(
                process.waitFor(TIMEOUT_S, TimeUnit.SECONDS), () -> "after " + TIMEOUT_S + " s: " + List.of(command));
        return new Finished(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    @Test
    void shouldRunWithoutCheckoutAndMaven() throws IOException, InterruptedException {
        Path home = unpacked("some where");
        for (String file : List.of("LICENSE", "README.md", "lib/jvm.flags")) {
            assertTrue(Files.isRegularFile(home.resolve(file)), file);
        }
        Path braid = Files.createSymbolicLink(folder.resolve("linked"), home.resolve("bin/braid"));
        Files.writeString(folder.resolve("orders.csv"), "customer,amount\nann,12.50\nbob,3\nann,1\n");

        Finished run = run(
                braid.toString(),
                "run",
                "--input",
                "orders.csv",
                "--key",
                "customer",
                "--sum",
                "amount",
                "--journal",
                "j");
        assertEquals(0, run.status, run.err);
        assertTrue(run.out.contains("16.50"), run.out);
        assertTrue(run.out.contains("replay:  braid replay j"), run.out);

        Finished verify = run(braid.toString(), "journal", "verify", "j");
        assertEquals(0, verify.status, verify.err);
        assertTrue(verify.out.startsWith("good: 3 results"), verify.out);
    }

    @Test
    void shouldHaveEveryCommandWithNothingButAJava() throws IOException, InterruptedException {
        String braid = unpacked("place").resolve("bin/braid").toString();
        assertTrue(ok(braid, "--help").startsWith("Usage: braid"));
        assertTrue(ok(braid, "--version").contains("braid"));
        assertTrue(ok(braid, "run", "--journal", "sales", "--summary", "sales.json")
                .contains("565238.13"));
        assertEquals("86837\n", ok(braid, "replay", "sales", "--format", "count"));
        assertTrue(ok(braid, "stat", "sales").contains("gold"));
        assertTrue(ok(braid, "journal", "describe", "sales").contains("86837"));
        assertTrue(ok(braid, "journal", "recovery-plan", "sales").contains("86837"));
        assertTrue(
                ok(braid, "journal", "dump", "sales", "--limit", "1", "--json").contains("fileOffset"));
        assertTrue(ok(braid, "journal", "backup", "sales", "copy").contains("86837 results"));
        assertTrue(ok(braid, "journal", "compare", "sales", "copy").contains("86837"));
        assertTrue(ok(braid, "journal", "salvage", "sales", "saved").contains("86837"));
        ok(braid, "journal", "retain", "sales", "--dry-run", "--max-size", "1G");
    }

    /** A path with the few programs that unpacking and starting it take, and no Maven. */
    private Path programs() throws IOException {
        Path programs = folder.resolve("programs");
        if (!Files.exists(programs)) {
            Files.createDirectory(programs);
            for (String program : List.of("tar", "gzip", "bash", "dirname", "basename", "readlink")) {
                Path found = Path.of("/usr/bin", program);
                Files.createSymbolicLink(
                        programs.resolve(program), Files.exists(found) ? found : Path.of("/bin", program));
            }
        }
        return programs;
    }

    private String ok(String... command) throws IOException, InterruptedException {
        Finished run = run(command);
        assertEquals(0, run.status, () -> List.of(command) + ": " + run.out + run.err);
        return run.out;
    }

    @Test
    void shouldSayThatItCannotRunFromAPathWithAColon() throws IOException, InterruptedException {
        Path home = unpacked("a:b");
        Finished run = run(home.resolve("bin/braid").toString(), "--version");
        assertEquals(2, run.status, run.err);
        assertTrue(run.err.contains("a colon in its path: ") && run.err.contains("/a:b/"), run.err);
    }
}
