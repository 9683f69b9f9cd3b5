package dev.braid.persistence.command;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code braid journal}: questions about whole journals. */
@Command(
        name = "journal",
        mixinStandardHelpOptions = true,
        versionProvider = BuildVersion.class,
        description = {"Answers questions about a journal.", ""},
        footer = {"", "Exit status: 0 good, 1 the journal is damaged, 2 wrong usage."})
final class JournalCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    static CommandLine commandLine(Console console) {
        return new CommandLine(new JournalCommand())
                .addSubcommand(new DescribeCommand(console))
                .addSubcommand(new VerifyCommand(console));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command: describe or verify");
    }
}
