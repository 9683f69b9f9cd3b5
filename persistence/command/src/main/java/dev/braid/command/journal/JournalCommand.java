package dev.braid.command.journal;

import dev.braid.command.BuildVersion;
import dev.braid.command.Console;
import dev.braid.command.Subcommands;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code braid journal}: inspects and repairs whole journals. */
@Command(
        name = "journal",
        mixinStandardHelpOptions = true,
        versionProvider = BuildVersion.class,
        description = {"Inspects and repairs journals.", ""},
        footer = {"", "Exit status: 0 done or good, 1 the journal is damaged or the check failed, 2 wrong usage."})
public final class JournalCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    public static CommandLine commandLine(Console console, String... args) {
        return new Subcommands()
                .with("describe", () -> new DescribeCommand(console))
                .with("verify", () -> new VerifyCommand(console))
                .with("dump", () -> new DumpCommand(console))
                .with("recovery-plan", () -> new RecoveryPlanCommand(console))
                .with("salvage", () -> new SalvageCommand(console))
                .with("retain", () -> new RetainCommand(console))
                .with("compare", () -> new CompareCommand(console))
                .with("backup", () -> new BackupCommand(console))
                .addTo(new CommandLine(new JournalCommand()), args);
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "Missing command: describe, verify, dump, recovery-plan, " + "salvage, retain, compare or backup");
    }
}
