package dev.braid.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that are told to end. {@code RunProcessTest} does it to whole runs. */
class OrderlyEndTest {
    private static final int TIMEOUT_S = 60;

    @TempDir
    private Path folder;

    /** A program that begins its work while the JVM is ending. */
    static final class TooLate {
        private TooLate() {}

        /** The program. */
        public static void main(String[] args) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try (OrderlyEnd end = new OrderlyEnd()) {
                    end.askBy(() -> System.out.println("asked"), () -> "cut off", System.err);
                    System.out.println(end.isAsked());
                }
            }));
        }
    }

    @Test
    void shouldAskACommandToEndThatBeginsWhileTheJvmIsEnding() throws IOException, InterruptedException {
        ProcessBuilder builder = BraidProcess.builder(folder);
        List<String> command = builder.command();
        command.set(command.size() - 1, TooLate.class.getName());
        Process process = builder.start();
        try {
            assertTrue(process.waitFor(TIMEOUT_S, TimeUnit.SECONDS), "the program did not end");
        } finally {
            process.destroyForcibly();
        }
        assertEquals("", Files.readString(folder.resolve("err")));
        assertEquals(List.of("asked", "true"), Files.readAllLines(folder.resolve("out")));
        assertEquals(0, process.exitValue());
    }
}
