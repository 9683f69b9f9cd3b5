package dev.braid.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs a part of a benchmark in a process of its own, so that nothing measured before has been compiled for it. The process gets
 * its task as JSON and answers with JSON, each in a file.
 */
final class Fork {
    /** Heap of all measured processes: fixed, so that no collector grows it meanwhile. */
    static final String[] HEAP = {"-Xms1g", "-Xmx1g"};

    private static final int TIMEOUT_MINUTES = 5;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Class<?> main;
    private final Path work;
    private final String jvm;

    /**
     * @param main has a main method with two files: it reads its task from the first and writes its answer to the second.
     * @param jvm  the java command, or {@code null} for the one that runs this.
     */
    Fork(Class<?> main, Path work, String jvm) {
        this.main = main;
        this.work = work;
        this.jvm = jvm;
    }

    /** @throws IOException if the process fails; the message has its output. */
    <T> T run(Record task, Class<T> answerType) throws IOException, InterruptedException {
        Path taskFile = Files.createTempFile(work, "fork-", ".task");
        Path answerFile = Files.createTempFile(work, "fork-", ".answer");
        Path log = Files.createTempFile(work, "fork-", ".log");
        try {
            MAPPER.writeValue(taskFile.toFile(), task);
            List<String> arguments = List.of(taskFile.toString(), answerFile.toString());
            Process process = new ProcessBuilder(command(jvm, List.of(HEAP), main, arguments))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            try {
                if (!process.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
                    throw new IOException(main.getSimpleName() + " of " + task + " failed or took more than "
                            + TIMEOUT_MINUTES + " minutes:\n" + Files.readString(log));
                }
            } finally {
                process.destroyForcibly();
            }
            return MAPPER.readValue(answerFile.toFile(), answerType);
        } finally {
            Files.delete(taskFile);
            Files.delete(answerFile);
            Files.delete(log);
        }
    }

    /**
     * Returns the command that starts a main method with the flags and the class path of this process, and more flags, which
     * prevail.
     */
    static List<String> command(String jvm, List<String> flags, Class<?> main, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(
                jvm != null
                        ? jvm
                        : Path.of(System.getProperty("java.home"), "bin", "java")
                                .toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        return command;
    }

    /** Reads the task. For the process. */
    static <T> T task(String[] args, Class<T> type) throws IOException {
        return MAPPER.readValue(Path.of(args[0]).toFile(), type);
    }

    /** Writes the answer. For the process. */
    static void answer(String[] args, Object answer) throws IOException {
        MAPPER.writeValue(Path.of(args[1]).toFile(), answer);
    }
}
