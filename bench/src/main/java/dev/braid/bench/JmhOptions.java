package dev.braid.bench;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Options of benchmarks that run in forks of JMH. */
final class JmhOptions {
    private static final int FULL_ROUNDS = 3;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "In how many rounds the cases take turns. By default 3, with --quick 1.")
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

    JmhRounds rounds(boolean quick, Path work) {
        JmhRounds.Length length = tiny ? JmhRounds.Length.TINY : quick ? JmhRounds.Length.QUICK : JmhRounds.Length.FULL;
        int count = rounds > 0 ? rounds : quick || tiny ? 1 : FULL_ROUNDS;
        return new JmhRounds(length, count, work, jvm);
    }
}
