package dev.braid.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The command, as a process of its own. */
public final class BraidProcess {
    private BraidProcess() {}

    /** @param folder for what it writes, in the files {@code out} and {@code err}. */
    public static Process start(Path folder, String... args) throws IOException {
        return builder(folder, args).start();
    }

    /** As {@link #start}, but with a minute to end when it is told to: what is no test of that time must not depend on it. */
    public static Process startPatient(Path folder, String... args) throws IOException {
        ProcessBuilder builder = builder(folder, args);
        builder.command().add(1, "-D" + OrderlyEnd.TIMEOUT_PROPERTY + "=60000");
        return builder.start();
    }

    /** As {@link #start}, but not started yet. */
    public static ProcessBuilder builder(Path folder, String... args) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                Arrays.asList(System.getProperty("braid.jvm.flags").strip().split("\\s+")));
        command.add("-D" + JournalArgument.DEFAULT_PARENT_PROPERTY + "=" + folder.resolve("journals"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), BraidCommand.class.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command)
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile());
    }
}
