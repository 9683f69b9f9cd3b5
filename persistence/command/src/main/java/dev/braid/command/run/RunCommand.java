package dev.braid.command.run;

import dev.braid.command.BuildVersion;
import dev.braid.command.Console;
import dev.braid.command.ExitStatus;
import dev.braid.command.JournalArgument;
import dev.braid.command.OrderlyEnd;
import dev.braid.command.ShellWords;
import dev.braid.command.Texts;
import dev.braid.command.UsageException;
import dev.braid.command.input.InputOptions;
import dev.braid.engine.EngineBuilder;
import dev.braid.engine.MergeOrder;
import dev.braid.engine.ThreadingMode;
import dev.braid.persistence.Durability;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code braid run}: its options and its output. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        versionProvider = BuildVersion.class,
        sortOptions = false,
        abbreviateSynopsis = true,
        description = {
            "Runs records through the engine into a journal.",
            "",
            "Records are partitioned by key. For each key a running count and running sums are kept; each record's "
                    + "result is journaled. Without --input, the FoodMart sales of 1997 are run: key store_id, sums of "
                    + "unit_sales and store_sales, three groups of stores.",
            ""
        },
        footer = {
            "",
            "A record that cannot be understood is journaled as FAILED, and counted.",
            "A run that is stopped, as by Ctrl-C, ends within two seconds, and --resume goes on with its journal.",
            "Exit status: 0 done, 1 the data or the engine failed, 2 wrong usage.",
            "",
            "Examples:",
            "  --input orders.csv --key customer --sum amount",
            "  --input log.gz --key-regex 'user=(\\w+)' --group vip=8:ann,bob --group 'rest=1:*'"
        })
public final class RunCommand implements Callable<Integer> {
    private static final List<GroupOption> ONE_GROUP = List.of(GroupOption.parse("all=1:*"));

    /** The stores with the most sales are in the heavy groups. */
    private static final List<GroupOption> FOOD_MART_GROUPS = Stream.of(
                    "gold=8:13,17,11,7", "silver=3:24,15,3,16,6", "bronze=1:*")
            .map(GroupOption::parse)
            .toList();

    private final Console console;
    private final OrderlyEnd end;

    @Mixin
    private InputOptions input;

    @Option(
            names = "--group",
            paramLabel = "NAME=WEIGHT:KEYS",
            description = "A handler group, with the keys that it serves: KEY,KEY... or * for all that no other group "
                    + "has. May be repeated. By default all=1:*")
    private List<String> groups = new ArrayList<>();

    @Option(
            names = "--journal",
            paramLabel = "DIR",
            description = "Folder for the journal, absent or empty. By default a fresh one.")
    private Path journal;

    @Option(
            names = "--resume",
            description = "Go on with a journal that holds records, where the run before was stopped, in whatever way. "
                    + "The input must be the same: what is journaled already is passed over, and the last 1,000 records of that "
                    + "are compared with the journal before anything is handled. From a pipe or standard input, "
                    + "which cannot be read again, records that were in flight are journaled as LOST, unless there is an input "
                    + "journal.")
    private boolean resume;

    @Option(
            names = "--durability",
            paramLabel = "process|disk",
            description =
                    "What the journal survives: the end of the process, however sudden (default), or also a loss of "
                            + "power.")
    private Durability durability = Durability.PROCESS;

    @Option(
            names = "--input-journal",
            paramLabel = "process|disk",
            description = "Journal every record before it is handled, too, for input that cannot be read again: with "
                    + "--resume, records that were in flight are handled, and the input goes on after them. It is the folder "
                    + "input in that of the journal, and has a durability of its own.")
    private Durability inputDurability;

    @Option(
            names = "--give-up-input-journal",
            description =
                    "With --resume: go on without the input journal that the journal has, for good, as where it is "
                            + "gone. What was accepted and has no result is journaled as LOST, as far as it is known.")
    private boolean giveUpInput;

    @Option(
            names = "--snapshot-every",
            paramLabel = "N",
            description =
                    "Take a snapshot of the totals after every N results, so that --resume need not replay them all: "
                            + "0 takes none. By default ${DEFAULT-VALUE}.")
    private long snapshotEvery = 100_000;

    @Option(
            names = "--order",
            paramLabel = "weighted|sequence",
            description =
                    "Results are journaled as the weights let them finish (default), or in the order of the input.")
    private MergeOrder order = MergeOrder.WEIGHTED;

    @Option(
            names = "--threads",
            paramLabel = "shared|invoker|N",
            description = "The engine has one thread (default), runs on the one that reads the input, or has N worker "
                    + "threads for the handlers, one for partitioning and scheduling, and one that journals.")
    private String threads = "shared";

    @Option(
            names = "--rate",
            paramLabel = "N/s",
            description = "So many records per second, evenly spread. By default as fast as possible.")
    private String rate;

    @Option(
            names = "--max-failed",
            paramLabel = "N",
            description = "Exit status 1 if more than N records of this run fail. By default only if all do.")
    private Long maxFailed;

    @Option(names = "--summary", paramLabel = "FILE", description = "A file for the totals, as JSON.")
    private Path summary;

    public RunCommand(Console console, OrderlyEnd end) {
        this.console = console;
        this.end = end;
    }

    @Override
    public Integer call() throws IOException {
        RunReport report = new Run(settings(), console, end).execute();
        RunReport.ThisRun thisRun = report.thisRun();
        thisRun.reasons().forEach(reason -> console.err().println("failed: " + reason));
        long more = thisRun.failed() - thisRun.reasons().size();
        if (more > 0) {
            console.err().println("failed: " + more + " more");
        }
        try {
            console.print(out -> print(report, out));
        } finally {
            if (summary != null) {
                new SummaryWriter(summary).write(report);
            }
        }
        if (thisRun.input().failure() != null) {
            throw new IOException(thisRun.input().failure());
        }
        return status(thisRun);
    }

    private int status(RunReport.ThisRun thisRun) {
        boolean tooMany = maxFailed == null ? thisRun.failed() == thisRun.records() : thisRun.failed() > maxFailed;
        if (!tooMany || thisRun.failed() == 0) {
            return ExitStatus.DONE;
        }
        console.err()
                .println("failed: " + thisRun.failed() + " of " + thisRun.records() + " records"
                        + (maxFailed == null ? "" : ", more than --max-failed " + maxFailed));
        return ExitStatus.FAILED;
    }

    private void print(RunReport report, PrintStream out) {
        new ReportPrinter(out).print(report);
        String folder = ShellWords.quote(report.journal().directory().toString());
        out.println();
        out.println("journal: " + folder);
        if (journal == null) {
            out.println("         (the last " + JournalArgument.keptFresh()
                    + " such journals are kept; use --journal DIR for one that stays)");
        }
        out.println("replay:  " + ShellWords.command("replay") + " " + folder);
    }

    private RunSettings settings() throws IOException {
        checkSummary();
        if (snapshotEvery < 0) {
            throw new UsageException("--snapshot-every " + snapshotEvery + ": must not be negative");
        }
        if (maxFailed != null && maxFailed < 0) {
            throw new UsageException("--max-failed " + maxFailed + ": must not be negative");
        }
        if (resume && journal == null) {
            throw new UsageException("--resume needs --journal: without it every run has a new one");
        }
        if (giveUpInput && !resume) {
            throw new UsageException("--give-up-input-journal needs --resume");
        }
        return new RunSettings(
                input.settings(),
                groupOptions(),
                journal,
                order,
                threadingMode(),
                workers(),
                rate == null ? 0 : recordsPerSecond(),
                resume,
                durability,
                inputDurability,
                giveUpInput,
                snapshotEvery);
    }

    private List<GroupOption> groupOptions() {
        if (groups.isEmpty()) {
            return input.isFoodMartByStore() ? FOOD_MART_GROUPS : ONE_GROUP;
        }
        return groups.stream().map(GroupOption::parse).toList();
    }

    private ThreadingMode threadingMode() {
        String mode = threads.toLowerCase(Locale.ROOT);
        if (mode.equals("shared")) {
            return ThreadingMode.SHARED;
        }
        if (mode.equals("invoker")) {
            return ThreadingMode.INVOKER;
        }
        return ThreadingMode.DEDICATED;
    }

    private int workers() {
        if (threadingMode() != ThreadingMode.DEDICATED) {
            return 0;
        }
        int workers = threads.matches("[0-9]{1,6}") ? Integer.parseInt(threads) : 0;
        if (workers < 1 || workers > EngineBuilder.MAX_WORKERS) {
            throw new UsageException("--threads " + Texts.quote(threads) + ": must be shared, invoker or a number of "
                    + "workers, 1 to " + EngineBuilder.MAX_WORKERS);
        }
        return workers;
    }

    private double recordsPerSecond() {
        String number = rate.endsWith("/s") ? rate.substring(0, rate.length() - "/s".length()) : rate;
        double perSecond = number.matches("[0-9]+(\\.[0-9]+)?") ? Double.parseDouble(number) : 0;
        if (perSecond <= 0 || Double.isInfinite(perSecond)) {
            throw new UsageException(
                    "--rate " + Texts.quote(rate) + ": must be a positive number of records, as 5000/s");
        }
        return perSecond;
    }

    private void checkSummary() {
        if (summary != null) {
            if (Files.isDirectory(summary)) {
                throw new UsageException("--summary " + summary + ": is a folder");
            }
            Path folder = summary.toAbsolutePath().getParent();
            if (!Files.isDirectory(folder)) {
                throw new UsageException("--summary " + summary + ": "
                        + (Files.exists(folder) ? folder + " is not a folder" : "no such folder: " + folder));
            }
        }
    }
}
