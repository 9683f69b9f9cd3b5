package dev.braid.bench;

import dev.braid.bench.JournalFork.Answer;
import dev.braid.bench.peer.JournalCandidate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Appending to journals, reading and opening them, without a pipeline around. */
@Command(
        name = "journal",
        sortOptions = false,
        description = {
            "Records per second appended to a journal and read from it, by one thread that hands over 256 results of 64 "
                    + "bytes at a time, and bytes allocated per record: of Braid, of a Chronicle Queue with an excerpt for "
                    + "each result, and of bare mapped files that are written in the same frames. It is checked that "
                    + "what is read is what was written.",
            "",
            "What is read was just written, and is in the page cache. A case with -read opens it anew, after its writer let "
                    + "go of it, as after a restart or in another process; opening is not in the figure. Where files are "
                    + "mapped, -read therefore has the page faults. chronicle-excerpt-read-warm is without: the process "
                    + "that wrote the queue reads it through the mapping that it still has.",
            "",
            "The cases with -disk count a record when it is forced to disk; the mapped file is forced as often as Braid's "
                    + "journal was in the same round, with as many bytes between.",
            "",
            "Opening: of a journal of 100 segments, and of one with the same last segment alone, which a killed writer "
                    + "left.",
            ""
        },
        footer = {"", "Exit status: 0 done, 1 something could not be measured, 2 wrong usage."})
final class JournalBench extends Bench {
    private static final String READ = "-read";
    private static final String READ_WARM = "-read-warm";
    private static final String OPEN_MANY = "open-100-segments";
    private static final String OPEN_ONE = "open-1-segment";
    private static final double MS_PER_SECOND = 1e3;

    /** Names of the ratios. */
    private static final List<String> RATIOS = List.of(
            "braid/chronicle-excerpt",
            "braid/mapped-frames",
            "braid-disk/mapped-disk",
            "braid-read/chronicle-excerpt-read",
            "braid-read/chronicle-excerpt-read-warm",
            "braid-read/mapped-frames-read");

    @Mixin
    private ForkOptions options;

    /** How much there is of it. */
    private record Extent(int results, int warmups, int turns, OpeningFork.Task opening) {}

    @Override
    int busyThreads() {
        return 2;
    }

    private Extent extent() {
        String folder = work.toString();
        return switch (options.length(quick)) {
            case FULL -> new Extent(1 << 20, 4, 6, new OpeningFork.Task(folder, 100, 200_000, 3, 10, 3));
            case QUICK -> new Extent(1 << 19, 4, 4, new OpeningFork.Task(folder, 100, 20_000, 2, 3, 3));
            case TINY -> new Extent(1 << 12, 1, 2, new OpeningFork.Task(folder, 3, 1_000, 0, 1, 1));
        };
    }

    @Override
    Findings measure(Progress progress) throws IOException, InterruptedException {
        Extent extent = extent();
        int rounds = options.rounds(quick);
        progress.expect(rounds * JournalCandidate.values().length + 1);
        Map<JournalCandidate, List<Answer>> answers = new EnumMap<>(JournalCandidate.class);
        for (int round = 1; round <= rounds; round++) {
            long resultsPerForce = Long.MAX_VALUE;
            for (JournalCandidate candidate : JournalCandidate.values()) {
                progress.step(candidate.title() + ", round " + round + " of " + rounds);
                Answer answer = new Fork(JournalFork.class, work, options.jvm())
                        .run(
                                new JournalFork.Task(
                                        candidate,
                                        work.toString(),
                                        extent.results(),
                                        extent.warmups(),
                                        extent.turns(),
                                        resultsPerForce),
                                Answer.class);
                answers.computeIfAbsent(candidate, key -> new ArrayList<>()).add(answer);
                if (candidate == JournalCandidate.BRAID_DISK) {
                    resultsPerForce = answer.resultsPerForce();
                }
            }
        }
        progress.step("opening");
        return rates(answers)
                .and(openings(new Fork(OpeningFork.class, work, options.jvm())
                        .run(extent.opening(), OpeningFork.Answer.class)));
    }

    private static Findings rates(Map<JournalCandidate, List<Answer>> answers) {
        Map<String, List<double[]>> figures = new LinkedHashMap<>();
        List<JournalResult> results = new ArrayList<>();
        answers.forEach((candidate, all) -> {
            List<double[]> appended =
                    all.stream().map(Answer::appendedPerSecond).toList();
            double bytes = Spread.of(
                            all.stream().mapToDouble(Answer::bytesPerResult).toArray())
                    .median();
            double perForce = Spread.of(
                            all.stream().mapToDouble(Answer::resultsPerForce).toArray())
                    .median();
            figures.put(candidate.title(), appended);
            results.add(new JournalResult(
                    candidate.title(),
                    "append",
                    candidate.description(),
                    whole(appended),
                    bytes,
                    candidate.forces() ? Math.round(perForce) : null,
                    null));
        });
        answers.forEach((candidate, all) -> {
            if (!candidate.forces()) { // What is read is the same.
                String description = candidate.description() + ". Opened anew";
                results.add(reading(candidate.title() + READ, description, all, Answer::readPerSecond, figures));
            }
            if (all.get(0).readWarmPerSecond() != null) {
                String description = candidate.description()
                        + ". By the process that wrote it, through the mapping that it still has";
                results.add(
                        reading(candidate.title() + READ_WARM, description, all, Answer::readWarmPerSecond, figures));
            }
        });
        return new Findings(results, Ratio.of(RATIOS, figures), List.of(JournalResult.rates(results)), true);
    }

    private static JournalResult reading(
            String name,
            String description,
            List<Answer> answers,
            Function<Answer, double[]> rate,
            Map<String, List<double[]>> figures) {
        List<double[]> read = answers.stream().map(rate).toList();
        figures.put(name, read);
        return new JournalResult(name, "read", description, whole(read), null, null, null);
    }

    private static Whole whole(List<double[]> rounds) {
        return Whole.of(Spread.of(Ratio.flat(rounds)));
    }

    private static Findings openings(OpeningFork.Answer answer) {
        List<double[]> one = Arrays.asList(answer.one());
        List<double[]> many = Arrays.asList(answer.many());
        List<JournalResult> results = List.of(opening(OPEN_ONE, one), opening(OPEN_MANY, many));
        return new Findings(
                results,
                List.of(Ratio.of(OPEN_MANY + "/" + OPEN_ONE, many, one)),
                List.of(JournalResult.openings(results)),
                true);
    }

    private static JournalResult opening(String name, List<double[]> seconds) {
        double[] milliseconds = Arrays.stream(Ratio.flat(seconds))
                .map(each -> each * MS_PER_SECOND)
                .toArray();
        return new JournalResult(name, "open", "until it can be written", null, null, null, Spread.of(milliseconds));
    }
}
