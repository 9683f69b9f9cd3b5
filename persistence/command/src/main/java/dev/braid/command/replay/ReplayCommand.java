package dev.braid.command.replay;

import dev.braid.command.BuildVersion;
import dev.braid.command.CodecOptions;
import dev.braid.command.CodecText;
import dev.braid.command.Console;
import dev.braid.command.ExitStatus;
import dev.braid.command.JournalArgument;
import dev.braid.command.JsonOutput;
import dev.braid.command.OrderlyEnd;
import dev.braid.command.Progress;
import dev.braid.command.Texts;
import dev.braid.command.UsageException;
import dev.braid.command.run.StateAt;
import dev.braid.engine.Outcome;
import dev.braid.persistence.JournalGroup;
import dev.braid.persistence.JournalReader;
import dev.braid.persistence.JournalReaderBuilder;
import dev.braid.persistence.Journals;
import dev.braid.persistence.ReadOrder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code braid replay}: prints the results in a journal. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        versionProvider = BuildVersion.class,
        sortOptions = false,
        abbreviateSynopsis = true,
        description = {"Prints the results in a journal.", ""},
        footer = {
            "",
            "json prints a result per line: {\"sequence\":0,\"subStream\":3,\"group\":\"gold\",\"outcome\":\"PROCESSED\","
                    + "\"result\":{...}}; with \"payload\" in Base64 instead of \"result\" if it is no JSON object. "
                    + "What failed has a \"reason\"; it, and what was shed, has the \"record\" that was refused, or its "
                    + "\"payload\", as it was then, where the journal has it.",
            "",
            "Exit status: 0 done, 1 the journal is damaged, 2 wrong usage.",
            "",
            "Examples:",
            "  DIR --from-sequence 1000 --to-sequence 1999 --group gold --format csv",
            "  DIR --from-time 2026-01-31T09:30:00Z --pace 10",
            "  DIR --follow --durable-only",
            "  DIR --outcome failed,shed",
            "  DIR --codec com.example.OrderCodec --class-path orders.jar"
        })
public final class ReplayCommand implements Callable<Integer> {
    private final Console console;
    private final OrderlyEnd end;

    @Parameters(paramLabel = "DIR", description = "Folder of the journal.")
    private Path folder;

    @Option(names = "--from-sequence", paramLabel = "N", description = "Only this sequence and those after it.")
    private Long fromSequence;

    @Option(
            names = "--from-time",
            paramLabel = "T",
            description = "Only what had no result before this time, as 2026-01-31T09:30:00Z; without the Z, local "
                    + "time. With --order journal, what was written then or later. Where clocks were wrong, "
                    + "it says how it was found.")
    private String fromTime;

    @Option(names = "--to-sequence", paramLabel = "N", description = "Only this sequence and those before it.")
    private Long toSequence;

    @Option(
            names = "--order",
            paramLabel = "sequence|journal",
            description = "In the order in which the records came (default), or in which their results were written.")
    private ReadOrder order = ReadOrder.SEQUENCE;

    @Option(names = "--group", paramLabel = "NAME", description = "Only results of this group.")
    private String group;

    @Option(
            names = "--sub-stream",
            paramLabel = "N",
            description = "Only results of this sub-stream; -1 for those that have none.")
    private Integer subStream;

    @Option(
            names = "--outcome",
            paramLabel = "processed|failed|shed|lost",
            split = ",",
            description = "Only results with these outcomes: failed,shed for the records that were refused.")
    private List<Outcome> outcomes;

    @Option(
            names = "--follow",
            description = "Goes on with what is written, over any number of runs, until it is stopped or has come to "
                    + "--to-sequence. In the order of sequences, one that is missing is waited for.")
    private boolean follow;

    @Option(
            names = "--durable-only",
            description =
                    "Only what its writer has acknowledged. By default all that is written, the newest of which a "
                            + "loss of power could still take.")
    private boolean durableOnly;

    @Option(
            names = "--pace",
            paramLabel = "X",
            description = "As fast as results were written, times X: 1 is the recorded pace. By default as fast as "
                    + "possible.")
    private Double pace;

    @Option(names = "--skip-damage", description = "Tells of damage, and goes on after it. By default it ends there.")
    private boolean skipDamage;

    @Option(
            names = "--format",
            paramLabel = "json|csv|raw|count",
            description = "json (default); csv, with a header line; raw: what the handlers wrote, a line each, and of "
                    + "what failed the reason; count: only how many results there are.")
    private ReplayFormat format;

    @Option(
            names = "--state-at",
            paramLabel = "N",
            description = "Not the results, but count and sums of every key as of this sequence, as in a run that was "
                    + "stopped there: from a snapshot and the results after it. Only for journals of run, whose results are "
                    + "such totals. With --format json for machines.")
    private Long stateAt;

    @Mixin
    private CodecOptions codec;

    public ReplayCommand(Console console, OrderlyEnd end) {
        this.console = console;
        this.end = end;
    }

    @Override
    public Integer call() throws IOException {
        JournalReaderBuilder settings = settings();
        JournalArgument.checkJournal(folder);
        if (stateAt != null) {
            return printState();
        }
        checkFilters();
        CodecText codecText = codec.load();
        ReplayFormat as = format == null ? ReplayFormat.JSON : format;
        if (codecText != null && as == ReplayFormat.COUNT) {
            throw new UsageException("--codec needs --format json, csv or raw: nothing of a record is counted");
        }
        try (Progress progress = progress()) {
            settings.onProgress(progress::to);
            Replay replay = new Replay(
                    settings,
                    as.writer(console, codecText),
                    console.err(),
                    follow,
                    skipDamage,
                    outcomes == null ? EnumSet.allOf(Outcome.class) : EnumSet.copyOf(outcomes));
            if (follow) {
                end.askBy(replay::stop, () -> "interrupted", console.err());
            }
            return replay.run() ? ExitStatus.DONE : ExitStatus.FAILED;
        }
    }

    private int printState() throws IOException {
        checkSequence("--state-at", stateAt);
        if (fromSequence != null
                || toSequence != null
                || fromTime != null
                || group != null
                || outcomes != null
                || subStream != null
                || codec.isGiven()
                || follow) {
            throw new UsageException("--state-at " + stateAt + " is about all results: it stands alone");
        }
        StateAt state = new StateAt(folder, stateAt);
        state.report().damaged().forEach(reason -> console.err().println("note: snapshot not used: " + reason));
        console.print(out -> {
            if (format == ReplayFormat.JSON) {
                JsonOutput.print(out, state::write);
            } else {
                state.print(out);
            }
        });
        return ExitStatus.DONE;
    }

    private JournalReaderBuilder settings() {
        JournalReaderBuilder settings = JournalReader.builder(folder).order(order);
        if (fromSequence != null) {
            checkSequence("--from-sequence", fromSequence);
            settings.fromSequence(fromSequence);
        }
        if (fromTime != null) {
            Instant time = TimeOption.parse("--from-time", fromTime);
            if (fromSequence != null) {
                throw new UsageException(
                        "--from-sequence " + fromSequence + " and --from-time " + fromTime + " exclude each other");
            }
            settings.fromTime(time);
        }
        if (toSequence != null) {
            checkSequence("--to-sequence", toSequence);
            if (fromSequence != null && toSequence < fromSequence) {
                throw new UsageException(
                        "--to-sequence " + toSequence + ": must not be below the first, " + fromSequence);
            }
            settings.toSequence(toSequence);
        }
        if (group != null) {
            settings.group(group);
        }
        if (subStream != null) {
            settings.subStream(subStream);
        }
        if (follow) {
            settings.follow();
        }
        if (durableOnly) {
            settings.durableOnly();
        }
        if (pace != null) {
            if (!(pace > 0) || pace.isInfinite()) {
                throw new UsageException("--pace " + pace + ": must be a positive number, as 1 or 0.5");
            }
            settings.pace(pace);
        }
        return settings;
    }

    private static void checkSequence(String option, long sequence) {
        if (sequence < 0) {
            throw new UsageException(option + " " + sequence + ": must not be negative");
        }
    }

    /** Rejects groups and sub-streams that the journal does not have, unless the groups of a segment are unknown. */
    private void checkFilters() {
        if (group == null && subStream == null) {
            return;
        }
        List<List<JournalGroup>> groupsOfSegments = Journals.groups(folder);
        if (groupsOfSegments.isEmpty() || groupsOfSegments.stream().anyMatch(List::isEmpty)) {
            return;
        }
        List<JournalGroup> groups =
                groupsOfSegments.stream().flatMap(List::stream).toList();
        if (group != null && groups.stream().noneMatch(g -> g.name().equals(group))) {
            throw new UsageException("--group " + Texts.quote(group) + ": the journal's groups are "
                    + groups.stream().map(JournalGroup::name).distinct().collect(Collectors.joining(", ")));
        }
        if (subStream != null && subStream != -1 && groups.stream().noneMatch(g -> g.contains(subStream))) {
            int last = groups.stream()
                    .mapToInt(g -> g.firstSubStream() + g.subStreams() - 1)
                    .max()
                    .orElseThrow();
            throw new UsageException("--sub-stream " + subStream + ": the journal's sub-streams are 0 to " + last);
        }
    }

    /** Shows none where it would appear between the results, or has no end. */
    private Progress progress() {
        return follow || Console.isScreen() ? Progress.none() : new Progress(console, "reading", Progress.UNKNOWN);
    }
}
