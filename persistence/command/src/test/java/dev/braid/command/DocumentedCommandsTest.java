package dev.braid.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The commands of the guides run from top to bottom as they are written, in a copy of the project as it is built. Those of
 * Maven, and those that take long by intention, are not run; and a run that is given some seconds to begin has begun then.
 */
class DocumentedCommandsTest {
    private static final List<String> GUIDES = List.of("README.md", "engine/README.md", "persistence/README.md");
    private static final List<String> NOT_RUN =
            List.of("mvn ", "java ", "scripts/bench.sh ", "scripts/torture.sh ", "scripts/crash-loop.sh ");
    private static final Pattern COMMANDS = Pattern.compile("```sh\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern GIVES_TIME = Pattern.compile("(.* --journal (\\S+) .*& )sleep \\d+");
    private static final int TIMEOUT_S = 300;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh"})
    void shouldRunAsWritten(String shell) throws IOException, InterruptedException {
        Path root = Path.of("").toAbsolutePath().getParent().getParent();
        assumeTrue(isInstalled(shell), shell + " is not installed");
        BuiltProject.copyTo(folder);
        for (String guide : GUIDES) {
            List<String> commands = commands(Files.readString(root.resolve(guide)));
            assertFalse(commands.isEmpty(), "no command in " + guide);
            run(shell, guide, commands);
        }
    }

    private static boolean isInstalled(String shell) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, shell)));
    }

    /** One may have several lines, joined by backslashes. */
    private static List<String> commands(String document) {
        List<String> commands = new ArrayList<>();
        Matcher blocks = COMMANDS.matcher(document);
        while (blocks.find()) {
            for (String command : blocks.group(1).split("(?<!\\\\)\\n")) {
                assertFalse(command.contains(" #"), "zsh has no comments where it is used by hand: " + command);
                if (NOT_RUN.stream().noneMatch(command::startsWith)) {
                    commands.add(command);
                }
            }
        }
        return commands;
    }

    private void run(String shell, String guide, List<String> commands) throws IOException, InterruptedException {
        StringBuilder script = new StringBuilder();
        for (String command : commands) {
            // A process that was killed ends as it is meant to; on a busy machine it may have ended before.
            String expected = command.startsWith("wait") ? "0 137" : command.startsWith("kill") ? "0 1" : "0";
            script.append(patient(command)).append("\ncode=$?; case ' ").append(expected);
            script.append(" ' in *\" $code \"*) ;; *) echo \"status $code of the command before\"; exit 1;; esac\n");
        }
        Path file = Files.writeString(folder.resolve("commands"), script);
        Path output = folder.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(shell, "-x", file.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(output.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        try {
            assertTrue(process.waitFor(TIMEOUT_S, TimeUnit.SECONDS), () -> "still running: " + read(output));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        assertEquals(0, process.exitValue(), () -> guide + " in " + shell + ":\n" + read(output));
    }

    /** A reader's machine begins a run within some seconds; for one that is busy, the wait is for its counters. */
    private static String patient(String command) {
        Matcher matcher = GIVES_TIME.matcher(command);
        return matcher.matches()
                ? matcher.group(1) + "for i in {1..240}; do [ -e " + matcher.group(2)
                        + "/counters.dat ] && break; sleep 0.5; done; sleep 1"
                : command;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
