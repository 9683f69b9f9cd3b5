package dev.braid.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts, as processes, on a copy of the sources: they build it, and no build under way is disturbed. */
class ScriptsTest {
    private static final List<String> SOURCES = List.of(
            ".mvn",
            "bom.xml",
            "pom.xml",
            "scripts",
            "engine/pom.xml",
            "engine/src/main",
            "persistence/pom.xml",
            "persistence/src/main",
            "persistence/command/pom.xml",
            "persistence/command/src/main",
            "bench/pom.xml");
    private static final int TIMEOUT_S = 300;

    @TempDir
    private Path folder;

    private Path project;

    private record Finished(int status, String out, String err) {}

    @BeforeEach
    void copySources() throws IOException {
        Path root = Path.of("").toAbsolutePath().getParent().getParent();
        project = Files.createDirectory(folder.resolve("a project"));
        for (String source : SOURCES) {
            TestFolders.copy(root.resolve(source), project.resolve(source));
        }
    }

    private Finished script(String input, String... command) throws IOException, InterruptedException {
        Path in = Files.writeString(folder.resolve("in"), input);
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(List.of(command)))
                .directory(folder.toFile())
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("LC_ALL", "C");
        String repository = System.getProperty("localRepository");
        if (repository != null) {
            builder.environment().put("MAVEN_OPTS", "-Dmaven.repo.local=" + repository);
        }
        Process process = builder.start();
        assertTrue(process.waitFor(TIMEOUT_S, TimeUnit.SECONDS), "the script did not end");
        return new Finished(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    @Test
    void shouldBuildRunAndReplay() throws IOException, InterruptedException {
        // From another folder, with relative paths, a journal with a blank in its name, and a key that is not ASCII.
        Finished run = script(
                "\u00e9\nx\n\u00e9\n",
                "a project/scripts/run.sh",
                "--input",
                "in",
                "--journal",
                "my journal",
                "--group",
                "one=1:\u00e9");
        assertEquals(0, run.status(), run.err());
        assertTrue(run.err().contains("Building"), run.err());
        assertTrue(run.out().contains("'a project/scripts/replay.sh' 'my journal'"), run.out());

        Finished replay = script("", "a project/scripts/replay.sh", "my journal", "--group", "one", "--format", "raw");
        assertEquals(0, replay.status(), replay.err());
        assertEquals(
                "{\"key\":\"\u00e9\",\"count\":1,\"sums\":{}}\n{\"key\":\"\u00e9\",\"count\":2,\"sums\":{}}\n",
                replay.out());
        assertEquals("", replay.err(), "nothing to build, nothing to say");

        Finished verify = script("", "a project/scripts/journal.sh", "verify", "my journal");
        assertEquals(0, verify.status(), verify.err());

        Finished wrong = script("", "a project/scripts/journal.sh", "verify", "no journal");
        assertEquals(2, wrong.status());
        assertTrue(wrong.err().contains("a project/scripts/journal.sh verify: no journal"), wrong.err());

        Finished foodMart = script("", "a project/scripts/run.sh", "--summary", "summary.json");
        assertEquals(0, foodMart.status(), foodMart.err());
        assertEquals(
                "565238.1300",
                ((java.util.Map<?, ?>) Json.object(Files.readString(folder.resolve("summary.json")))
                                .get("sums"))
                        .get("store_sales"));

        assertTrue(foodMart.out().contains("the last 5 such journals are kept"), foodMart.out());

        haveSystemErrorsInEnglish();
        takeOptionsForTheJvm();
        needNothingOfTheBuilder();
        buildAgainWhenASourceChanges();
    }

    private void haveSystemErrorsInEnglish() throws IOException, InterruptedException {
        Path java = Files.createDirectories(folder.resolve("fake/bin")).resolve("java");
        Files.writeString(
                java,
                "#!/bin/sh\n[ \"$1\" = -version ] && echo 'version \"17\"' || echo \"$LC_ALL,$LC_CTYPE,$LC_MESSAGES\"\n",
                StandardCharsets.UTF_8);
        assertTrue(java.toFile().setExecutable(true));
        for (String[] locales : new String[][] {{"de_DE.UTF-8", "de_DE.UTF-8"}, {"de_DE", "C.UTF-8"}}) {
            Finished run = script(
                    "",
                    "env",
                    "JAVA_HOME=" + folder.resolve("fake"),
                    "LC_ALL=" + locales[0],
                    "a project/scripts/run.sh");
            assertEquals("," + locales[1] + ",C\n", run.out());
        }
    }

    private void takeOptionsForTheJvm() throws IOException, InterruptedException {
        Path java = Files.createDirectories(folder.resolve("echo/bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\n[ \"$1\" = -version ] && echo 'version \"17\"' || echo \"$@\"\n");
        assertTrue(java.toFile().setExecutable(true));
        Finished run = script(
                "",
                "env",
                "JAVA_HOME=" + folder.resolve("echo"),
                "BRAID_JAVA_OPTS=-Xmx3g  -Done=two",
                "a project/scripts/run.sh",
                "--resume");
        assertTrue(run.out().contains(" -Xmx3g -Done=two "), run.out());
        assertTrue(run.out().endsWith(" dev.braid.command.BraidCommand run --resume\n"), run.out());
    }

    /** Not his repository, nor a file that is to be written. */
    private void needNothingOfTheBuilder() throws IOException, InterruptedException {
        Path target = project.resolve("persistence/command/target");
        assertTrue(Files.isRegularFile(target.resolve("lib/picocli.jar")));
        Files.delete(target.resolve("build.lock"));
        Finished run = script("", "env", "HOME=" + folder.resolve("nobody"), "a project/scripts/run.sh", "--version");
        assertEquals(0, run.status(), run.err());
        assertFalse(Files.exists(target.resolve("build.lock")), "nothing is locked, for nothing is built");
    }

    @Test
    void shouldShowHelpWithoutBuilding() throws IOException, InterruptedException {
        for (String[] call : new String[][] {
            {"run.sh", "--help"}, {"journal.sh", "verify", "--help"}, {"bench.sh", "--help"}, {"torture.sh", "-h"}
        }) {
            List<String> command = new ArrayList<>(List.of(call));
            command.set(0, "a project/scripts/" + call[0]);
            Finished help = script("", command.toArray(String[]::new));
            assertEquals(0, help.status(), help.err());
            assertTrue(help.out().startsWith("Usage: a project/scripts/" + call[0]), help.out());
            assertEquals("", help.err());
            if (Files.exists(Path.of("/dev/full"))) {
                Finished full = script("", "bash", "-c", "'" + String.join("' '", command) + "' >/dev/full");
                assertEquals(1, full.status(), full.err());
                assertTrue(full.err().contains("cannot write the help"), full.err());
            }
        }
        assertFalse(Files.exists(project.resolve("persistence/command/target")));
        assertTrue(script("", "a project/scripts/journal.sh", "verify", "--help")
                .out()
                .contains("--tail"));
    }

    @Test
    void shouldSayThatItCannotRunFromAPathWithAColon() throws IOException, InterruptedException {
        Path place = Files.move(project, folder.resolve("a:b"));
        Finished run = script("", "a:b/scripts/run.sh", "--version");
        assertEquals(2, run.status(), run.err());
        assertTrue(
                run.err().contains("run.sh: Java cannot be started from a folder with a colon in its path: "),
                run.err());
        assertTrue(run.err().contains(place.getFileName().toString()), run.err());
    }

    private void buildAgainWhenASourceChanges() throws IOException, InterruptedException {
        Path source = project.resolve("persistence/command/src/main/java/dev/braid/command/BraidCommand.java");
        Files.writeString(source, Files.readString(source).replace("class BraidCommand", "class BraidCommand {"));
        Finished broken = script("", "a project/scripts/run.sh", "--version");
        assertEquals(1, broken.status());
        assertTrue(broken.err().contains("BraidCommand.java"), broken.err());
        assertEquals("", broken.out());
    }

    @Test
    void shouldSayWhichJavaIsMissing() throws IOException, InterruptedException {
        Path java = Files.createDirectories(folder.resolve("old/bin")).resolve("java");
        Files.writeString(
                java, "#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n", StandardCharsets.UTF_8);
        assertTrue(java.toFile().setExecutable(true));
        for (String[] homeAndMessage : new String[][] {{"old", "is version 11, but 17"}, {"none", "there is no"}}) {
            Finished run = script(
                    "",
                    "env",
                    "JAVA_HOME=" + folder.resolve(homeAndMessage[0]),
                    "bash",
                    project.resolve("scripts/run.sh").toString(),
                    "--version");
            assertEquals(1, run.status());
            assertTrue(run.err().contains(homeAndMessage[1]), run.err());
            assertFalse(run.err().contains("Building"), run.err());
        }
    }
}
