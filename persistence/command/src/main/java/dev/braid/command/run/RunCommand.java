package dev.braid.command.run;

import dev.braid.command.BuildVersion;
import dev.braid.command.Console;
import dev.braid.command.ExitStatus;
import dev.braid.command.JournalArgument;
import dev.braid.command.OrderlyEnd;
import dev.braid.command.ShellWords;
import dev.braid.command.Texts;
import dev.braid.command.UsageException;
import dev.braid.engine.EngineBuilder;
import dev.braid.engine.MergeOrder;
import dev.braid.engine.ThreadingMode;
import dev.braid.persistence.Durability;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code braid run}: its options, and what it prints. */
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
            "Exit status: 0 done, 1 the data or the engine failed, 2 wrong usage.",
            "",
            "Examples:",
            "  --input orders.csv --key customer --sum amount",
            "  --input log.gz --key-regex 'user=(\\w+)' --group vip=8:ann,bob --group 'rest=1:*'"
        })
public final class RunCommand implements Callable<Integer> {
    private static final List<GroupOption> ONE_GROUP = List.of(GroupOption.parse("all=1:*"));

    private final Console console;
    private final OrderlyEnd end;

    @Option(
            names = "--input",
            paramLabel = "FILE",
            description = "Where records come from: a file, an entry of a jar (some.jar!/entry), or - for standard "
                    + "input. What is packed by gzip is unpacked.")
    private String input;

    @Option(
            names = "--format",
            paramLabel = "json|csv|lines",
            description = "json: one object per line. csv: the first line names the fields. lines: no fields. By "
                    + "default the file's name decides; if it does not tell, lines.")
    private RecordFormat format;

    @Option(names = "--key", paramLabel = "FIELD", description = "The field that is the key, of json or csv.")
    private String key;

    @Option(
            names = "--key-regex",
            paramLabel = "RE",
            description =
                    "Finds the key in the raw record: the first group of the regular expression, else all that it "
                            + "matches. With lines and neither option, the whole line is the key.")
    private String keyRegex;

    @Option(
            names = "--sum",
            paramLabel = "FIELD",
            description = "A field to be summed up, in exact decimals. May be repeated.")
    private List<String> sums = new ArrayList<>();

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
        return ExitStatus.DONE;
    }

    private void print(RunReport report, PrintStream out) {
        new ReportPrinter(out).print(report);
        String folder = ShellWords.quote(report.journal().directory().toString());
        out.println();
        out.println("journal: " + folder);
        if (journal == null && JournalArgument.isFreshAmongBuilt()) {
            out.println("         (mvn clean deletes it; use --journal DIR for one that stays)");
        }
        out.println("replay:  " + ShellWords.command("replay") + " " + folder);
    }

    private RunSettings settings() {
        checkSummary();
        if (snapshotEvery < 0) {
            throw new UsageException("--snapshot-every " + snapshotEvery + ": must not be negative");
        }
        if (giveUpInput && !resume) {
            throw new UsageException("--give-up-input-journal needs --resume");
        }
        boolean foodMart = input == null;
        RecordFormat inputFormat = inputFormat(foodMart);
        if (key != null && keyRegex != null) {
            throw new UsageException("--key " + Texts.quote(key) + " and --key-regex exclude each other");
        }
        boolean foodMartKey = foodMart && key == null && keyRegex == null;
        String keyField = foodMartKey ? FoodMart.KEY : key;
        if (inputFormat == RecordFormat.LINES) {
            checkNoFields();
        } else if (keyField == null && keyRegex == null) {
            throw new UsageException("--format " + inputFormat.optionValue() + " needs --key or --key-regex");
        }
        return new RunSettings(
                input,
                inputFormat,
                keyField,
                keyRegex == null ? null : pattern(),
                sumFields(foodMart),
                groupOptions(foodMartKey),
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

    private RecordFormat inputFormat(boolean foodMart) {
        if (!foodMart) {
            return format != null ? format : RecordFormat.ofFileName(input);
        }
        if (format != null && format != FoodMart.FORMAT) {
            throw new UsageException("--format " + format.optionValue() + " needs --input: FoodMart is json");
        }
        return FoodMart.FORMAT;
    }

    private void checkNoFields() {
        if (key != null) {
            throw new UsageException("--key " + Texts.quote(key)
                    + ": lines have no fields; use --key-regex, or --format" + " json or csv");
        }
        if (!sums.isEmpty()) {
            throw new UsageException(
                    "--sum " + Texts.quote(sums.get(0)) + ": lines have no fields; use --format json or csv");
        }
    }

    private Pattern pattern() {
        try {
            return Pattern.compile(keyRegex);
        } catch (PatternSyntaxException e) {
            throw new UsageException("--key-regex " + Texts.quote(keyRegex) + ": " + e.getDescription());
        }
    }

    private List<String> sumFields(boolean foodMart) {
        if (sums.isEmpty() && foodMart) {
            return FoodMart.SUMS;
        }
        HashSet<String> fields = new HashSet<>();
        for (String field : sums) {
            if (!fields.add(field)) {
                throw new UsageException("--sum " + Texts.quote(field) + " is given twice");
            }
        }
        return List.copyOf(sums);
    }

    private List<GroupOption> groupOptions(boolean foodMartKey) {
        if (groups.isEmpty()) {
            return foodMartKey ? FoodMart.GROUPS : ONE_GROUP;
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
            Path folder = summary.toAbsolutePath().getParent();
            if (Files.isDirectory(summary) || folder == null || !Files.isDirectory(folder)) {
                throw new UsageException("--summary " + summary + ": "
                        + (Files.isDirectory(summary) ? "is a folder" : "no such folder: " + folder));
            }
        }
    }
}
