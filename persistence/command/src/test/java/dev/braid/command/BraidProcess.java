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

    /** As {@link #start}, but not started yet. */
    public static ProcessBuilder builder(Path folder, String... args) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                Arrays.asList(System.getProperty("braid.jvm.flags").strip().split("\\s+")));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), BraidCommand.class.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command)
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile());
    }
}
