package dev.braid.persistence;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A JVM of its own that makes a backup, again and again, until it is killed; says so after each. */
public final class BackupProcess {
    private BackupProcess() {}

    static Process start(Path dir, Path input, Path target, Path out) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                Arrays.asList(System.getProperty("braid.jvm.flags").strip().split("\\s+")));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), BackupProcess.class.getName()));
        command.addAll(List.of(dir.toString(), input.toString(), target.toString()));
        return new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** The program. */
    public static void main(String[] args) {
        System.out.println("begun");
        while (true) {
            BackupReport report =
                    Journals.backup(Path.of(args[0]), Path.of(args[1]), Path.of(args[2]), ProgressListener.NONE);
            System.out.println(report.extent().nextSequence());
        }
    }
}
