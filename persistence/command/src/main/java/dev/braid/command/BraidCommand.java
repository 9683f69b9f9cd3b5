package dev.braid.command;

import dev.braid.command.input.StandardInput;
import dev.braid.command.journal.JournalCommand;
import dev.braid.command.replay.ReplayCommand;
import dev.braid.command.run.RunCommand;
import dev.braid.command.stat.StatCommand;
import dev.braid.engine.EngineHaltedException;
import dev.braid.persistence.JournalException;
import dev.braid.persistence.JournalLockedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The {@code braid} command. Results go to standard output, messages to standard error. */
@Command(
        name = "braid",
        mixinStandardHelpOptions = true,
        versionProvider = BuildVersion.class,
        description = "Weighted sharing of one JVM between many streams.",
        footer = {"", "Exit status: 0 done, 1 the data or the check failed, 2 wrong usage."})
public final class BraidCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    private BraidCommand() {}

    /**
     * Runs the command and ends the JVM with its exit status.
     *
     * @param args of the command.
     */
    public static void main(String[] args) {
        System.exit(execute(Console.system(new StandardInput()), args));
    }

    /** Runs the command, and returns its exit status. */
    static int execute(Console console, String... args) {
        try (OrderlyEnd end = new OrderlyEnd()) {
            return execute(console, end, args);
        }
    }

    private static int execute(Console console, OrderlyEnd end, String... args) {
        String[] rest = args.length == 0 ? args : Arrays.copyOfRange(args, 1, args.length);
        Subcommands subcommands = new Subcommands()
                .with("journal", () -> JournalCommand.commandLine(console, rest))
                .with("replay", () -> new ReplayCommand(console, end))
                .with("run", () -> new RunCommand(console, end))
                .with("stat", () -> new StatCommand(console));
        if (ShellWords.SCRIPTS != null && subcommands.has(args)) {
            // Called by a script: its name is the command's name for the user.
            CommandLine command = subcommands.make(args[0]).setCommandName(ShellWords.script(args[0]));
            return execute(console, command, rest);
        }
        return execute(console, subcommands.addTo(new CommandLine(new BraidCommand()), args), args);
    }

    private static int execute(Console console, CommandLine command, String[] args) {
        StringWriter texts = new StringWriter();
        command.registerConverter(Path.class, BraidCommand::path)
                .setExpandAtFiles(false) // A key may begin with @.
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(texts))
                .setErr(new PrintWriter(console.err(), true))
                .setColorScheme(Help.defaultColorScheme(Console.showsColors() ? Ansi.ON : Ansi.OFF))
                .setParameterExceptionHandler((e, arguments) -> wrongUsage(e.getCommandLine(), UsageErrors.lines(e)))
                .setExecutionExceptionHandler((e, failing, result) -> failed(failing, e));
        ParameterException mistake = UsageErrors.ofValues(command, args);
        if (mistake != null) {
            return wrongUsage(mistake.getCommandLine(), List.of(mistake.getMessage()));
        }
        int status = command.execute(args);
        try {
            console.printOwn(texts.toString());
            return status;
        } catch (IOException e) {
            return failed(command, e);
        }
    }

    /** The empty name is the folder where one is: which nobody means who gives it, but a variable that is not set does. */
    private static Path path(String name) {
        if (name.isEmpty()) {
            throw new TypeConversionException("is empty");
        }
        return Path.of(name);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command: run, replay, journal or stat");
    }

    private static int wrongUsage(CommandLine command, List<String> lines) {
        String name = command.getCommandSpec().qualifiedName();
        lines.forEach(line -> command.getErr().println(name + ": " + line));
        command.getErr().println("See " + name + " --help");
        return ExitStatus.WRONG_USAGE;
    }

    private static int failed(CommandLine command, Exception e) {
        if (e instanceof UsageException || e instanceof JournalLockedException) {
            return wrongUsage(command, List.of(e.getMessage()));
        }
        boolean expected = e instanceof JournalException
                || e instanceof EngineHaltedException
                || e instanceof IOException
                || e instanceof UncheckedIOException;
        if (expected) {
            command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + Texts.fullMessageOf(e));
        } else {
            e.printStackTrace(command.getErr());
        }
        return ExitStatus.FAILED;
    }
}
