package dev.braid.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of benchmarks whose cases take turns, each in a process of its own. */
final class ForkOptions {
    private static final int FULL_ROUNDS = 5;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "In how many rounds the cases take turns. By default " + FULL_ROUNDS + ", with --quick 1.")
    private Integer rounds;

    @Option(
            names = "--jvm",
            paramLabel = "FILE",
            description =
                    "The java command of the measured processes, or a script that sets the stage for it. By default "
                            + "the one that runs this.")
    private Path jvm;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--tiny", hidden = true, description = "So short that it says nothing: for tests.")
    private boolean tiny;

    /** The length of a measurement. */
    enum Length {
        FULL,
        QUICK,
        TINY
    }

    Length length(boolean quick) {
        return tiny ? Length.TINY : quick ? Length.QUICK : Length.FULL;
    }

    /** @throws ParameterException if the number given is out of range. */
    int rounds(boolean quick) {
        if (rounds == null) {
            return quick || tiny ? 1 : FULL_ROUNDS;
        }
        if (rounds < 1) {
            throw new ParameterException(spec.commandLine(), "--rounds " + rounds + ": there must be at least one");
        }
        return rounds;
    }

    /**
     * Returns the java command of the measured processes, or {@code null} for the one that runs this.
     *
     * @throws ParameterException if there is no such command.
     */
    String jvm() {
        if (jvm != null && !(Files.isRegularFile(jvm) && Files.isExecutable(jvm))) {
            throw new ParameterException(spec.commandLine(), "--jvm '" + jvm + "': there is no such command");
        }
        return jvm == null ? null : jvm.toAbsolutePath().toString();
    }

    JmhRounds jmh(boolean quick, Path work) {
        return new JmhRounds(length(quick), rounds(quick), work, jvm());
    }
}
