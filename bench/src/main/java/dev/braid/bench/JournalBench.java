package dev.braid.bench;

import dev.braid.bench.JournalFork.Answer;
import dev.braid.bench.peer.JournalCandidate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Appending to journals, reading and opening them, without a pipeline around. */
@Command(
        name = "journal",
        sortOptions = false,
        description = {
            "Records per second appended to a journal and read from it, by one thread that hands over 256 results of 64 "
                    + "bytes, or of 1,024, at a time, and bytes allocated per record: of Braid, of a Chronicle Queue with an excerpt for "
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
        footer = {"", "Exit status: 0 done, 1 something could not be measured" + Bench.OTHER_STATUS})
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
            "braid-read/mapped-frames-read",
            "braid-1024b/chronicle-excerpt-1024b",
            "braid-1024b/mapped-frames-1024b",
            "braid-1024b-read/chronicle-excerpt-1024b-read",
            "braid-1024b-read/mapped-frames-1024b-read");

    @Mixin
    private ForkOptions options;

    /** Of Braid's journal, in its last turn. */
    private long resultsPerForce = Long.MAX_VALUE;

    /** How much there is of it. */
    private record Extent(int results, int warmups, int turns, OpeningFork.Task opening) {}

    @Override
    int busyThreads() {
        return 2;
    }

    @Override
    ForkOptions forks() {
        return options;
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
    Findings measure(BenchSteps steps) throws InterruptedException {
        int rounds = options.rounds(quick);
        List<JournalCase> cases = JournalCase.all();
        steps.expect(rounds * cases.size() + 1);
        Rounds<JournalCase, Answer> answers = new Rounds<>(rounds, JournalCase::title, steps, this::append)
                .with(HandOver.of(options.length(quick)))
                .run(cases);
        Fork opening = new Fork(OpeningFork.class, work, options.jvm());
        return rates(answers)
                .and(steps.run("opening", () -> opening.run(extent().opening(), OpeningFork.Answer.class))
                        .map(JournalBench::openings)
                        .orElse(Findings.NONE));
    }

    private Answer append(JournalCase of) throws IOException, InterruptedException {
        Extent extent = extent();
        Answer answer = new Fork(JournalFork.class, work, options.jvm())
                .run(
                        new JournalFork.Task(
                                of.candidate(),
                                of.payloadBytes(),
                                work.toString(),
                                of.results(extent.results()),
                                extent.warmups(),
                                extent.turns(),
                                resultsPerForce),
                        Answer.class);
        if (of.candidate() == JournalCandidate.BRAID_DISK) {
            resultsPerForce = answer.resultsPerForce();
        }
        return answer;
    }

    private static Findings rates(Rounds<JournalCase, Answer> answers) {
        Map<String, List<double[]>> figures = new LinkedHashMap<>();
        List<JournalResult> results = new ArrayList<>();
        for (JournalCase of : answers.cases()) {
            figures.put(of.title(), answers.figures(of, Answer::appendedPerSecond));
            results.add(JournalResult.appended(of, answers));
        }
        for (JournalCase of : answers.cases()) {
            if (!of.candidate().forces()) { // What is read is the same.
                figures.put(of.title() + READ, answers.figures(of, Answer::readPerSecond));
                results.add(JournalResult.read(READ, ". Opened anew", of, answers, Answer::readPerSecond));
            }
            if (answers.of(of).get(0).readWarmPerSecond() != null) {
                figures.put(of.title() + READ_WARM, answers.figures(of, Answer::readWarmPerSecond));
                String how = ". By the process that wrote it, through the mapping that it still has";
                results.add(JournalResult.read(READ_WARM, how, of, answers, Answer::readWarmPerSecond));
            }
        }
        return new Findings(results, Ratio.of(RATIOS, figures), List.of(JournalResult.rates(results)));
    }

    private static Findings openings(OpeningFork.Answer answer) {
        List<double[]> one = Arrays.asList(answer.one());
        List<double[]> many = Arrays.asList(answer.many());
        List<JournalResult> results = List.of(opening(OPEN_ONE, one), opening(OPEN_MANY, many));
        return new Findings(
                results,
                Ratio.of(OPEN_MANY + "/" + OPEN_ONE, many, one).stream().toList(),
                List.of(JournalResult.openings(results)));
    }

    private static JournalResult opening(String name, List<double[]> seconds) {
        double[] milliseconds = Arrays.stream(Ratio.flat(seconds))
                .map(each -> each * MS_PER_SECOND)
                .toArray();
        return JournalResult.opened(name, Spread.of(milliseconds));
    }
}
