package dev.braid.bench;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Options of benchmarks whose cases take turns, each in a process of its own. */
final class ForkOptions {
    private static final int FULL_ROUNDS = 5;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "In how many rounds the cases take turns. By default " + FULL_ROUNDS + ", with --quick 1.")
    private int rounds;

    @Option(
            names = "--jvm",
            paramLabel = "FILE",
            description =
                    "The java command of the measured processes, or a script that sets the stage for it. By default "
                            + "the one that runs this.")
    private String jvm;

    @Option(names = "--tiny", hidden = true, description = "So short that it says nothing: for tests.")
    private boolean tiny;

    /** How long it takes. */
    enum Length {
        FULL,
        QUICK,
        TINY
    }

    Length length(boolean quick) {
        return tiny ? Length.TINY : quick ? Length.QUICK : Length.FULL;
    }

    int rounds(boolean quick) {
        return rounds > 0 ? rounds : quick || tiny ? 1 : FULL_ROUNDS;
    }

    /** The java command of the measured processes, or {@code null} for the one that runs this. */
    String jvm() {
        return jvm;
    }

    JmhRounds jmh(boolean quick, Path work) {
        return new JmhRounds(length(quick), rounds(quick), work, jvm);
    }
}
