package dev.braid.bench;

import picocli.CommandLine.Option;

/** The option that all commands have. */
final class HelpOption {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Prints this help.")
    private boolean help;
}
