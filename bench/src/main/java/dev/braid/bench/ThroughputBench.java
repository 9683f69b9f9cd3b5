package dev.braid.bench;

import dev.braid.bench.JmhRounds.Measured;
import dev.braid.bench.peer.Candidate;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Records per second through whole pipelines, and bytes allocated per record: Braid's and those of its peers. */
@Command(
        name = "throughput",
        sortOptions = false,
        description = {
            "Records per second from one publisher to the end of the pipeline, and bytes allocated per record, by JMH: of "
                    + "Braid, and of the usual alternatives. All do the same work on the same records, and it is "
                    + "checked that no record is lost.",
            "",
            "Unless the case's name says otherwise: weights 8:4:2:1, claims of 16 records, a payload of 64 bytes, no "
                    + "journal; one thread publishes, one does the rest. In cases such as braid-8-1000ns a handler takes that long for a "
                    + "record besides.",
            "",
            "ns/hop is what a cache line took from one core to another, just before each turn: on some machines it changes by a "
                    + "factor of four within minutes, and most figures with it.",
            ""
        },
        footer = {"", "Exit status: 0 done, 1 something could not be measured" + Bench.OTHER_STATUS})
final class ThroughputBench extends Bench {
    private static final int[] SUB_STREAMS = {1, 8, 64, 512, 4096};
    private static final int FEW = 8;
    private static final int MANY = 4096;
    private static final int LARGE_PAYLOAD = 1024;

    /** What handlers take for a record in cases that tell from where on a worker pays. */
    private static final long[] HANDLING_NS = {100, 1_000, 10_000};

    private static final List<Candidate> FOR_QUICK = List.of(
            Candidate.BRAID,
            Candidate.DISRUPTOR_1,
            Candidate.DISRUPTOR_DIAMOND,
            Candidate.JCTOOLS_WRR,
            Candidate.FAIR_CALL_QUEUE,
            Candidate.PEKKO,
            Candidate.BRAID_JOURNAL,
            Candidate.DISRUPTOR_1_EXCERPT);

    /** Names of the ratios. */
    private static final List<String> RATIOS = List.of(
            "braid-8/disruptor-diamond-8",
            "braid-8/disruptor-1",
            "braid-8/jctools-wrr-8",
            "braid-8/jctools-keyed-wrr-8",
            "braid-8/faircallqueue-8",
            "braid-8/pekko-8",
            "braid-8/arrayblockingqueue",
            "braid-8/priorityblockingqueue-8",
            "braid-4096/braid-8",
            "braid-4096/jctools-wrr-4096",
            "braid-4096/jctools-keyed-wrr-4096",
            "braid-8-journal/disruptor-1-excerpt",
            "braid-8-journal/disruptor-1-mapped",
            "braid-8-journal/disruptor-1-aeron",
            "braid-8-journal-1024b/disruptor-1-excerpt-1024b",
            "braid-8-journal-1024b/disruptor-1-mapped-1024b",
            "braid-8-nanoseconds/braid-8",
            "braid-8-worker/braid-8",
            "braid-8-worker-100ns/braid-8-100ns",
            "braid-8-worker-1000ns/braid-8-1000ns",
            "braid-8-worker-10000ns/braid-8-10000ns");

    @Mixin
    private ForkOptions options;

    @Option(
            names = "--case",
            paramLabel = "NAME",
            description = "Only the cases of this name; * stands for anything. May be given more than once.")
    private List<String> names = List.of();

    @Option(
            names = "--all-combinations",
            description =
                    "Braid with all combinations of sub-streams, weights, claims, payloads and journal, instead of one "
                            + "change at a time. Takes long.")
    private boolean allCombinations;

    @Override
    int busyThreads() {
        return chosen().stream()
                .mapToInt(each -> each.candidate().threads(each.subStreams()))
                .max()
                .orElseThrow();
    }

    @Override
    ForkOptions forks() {
        return options;
    }

    @Override
    Findings measure(BenchSteps steps) throws InterruptedException {
        Collection<ThroughputCase> cases = chosen();
        steps.expect(options.rounds(quick) * cases.size());
        Rounds<ThroughputCase, Measured> measured = options.jmh(quick, work).run(cases, steps);
        List<ThroughputResult> results = ThroughputResult.of(measured);
        return new Findings(
                results,
                Ratio.of(RATIOS, measured.figures(Measured::recordsPerSecond)),
                List.of(ThroughputResult.table(results)));
    }

    private Collection<ThroughputCase> chosen() {
        Set<ThroughputCase> cases = allCombinations ? combinations() : quick ? few() : all();
        if (names.isEmpty()) {
            return cases;
        }
        Set<ThroughputCase> chosen = new LinkedHashSet<>();
        for (String name : names) {
            String regex = "\\Q" + name.replace("*", "\\E.*\\Q") + "\\E";
            List<ThroughputCase> some = (allCombinations ? cases : all())
                    .stream().filter(each -> each.name().matches(regex)).toList();
            if (some.isEmpty()) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--case '" + name + "': there is no such case, but "
                                + all().stream().map(ThroughputCase::name).toList());
            }
            chosen.addAll(some);
        }
        return chosen;
    }

    /** What matters most. */
    private static Set<ThroughputCase> few() {
        Set<ThroughputCase> cases = new LinkedHashSet<>();
        for (Candidate candidate : FOR_QUICK) {
            cases.add(ThroughputCase.of(candidate));
        }
        cases.add(ThroughputCase.of(Candidate.BRAID, MANY));
        return cases;
    }

    private static Set<ThroughputCase> all() {
        Set<ThroughputCase> cases = new LinkedHashSet<>();
        for (Candidate candidate : Candidate.values()) {
            cases.add(ThroughputCase.of(candidate));
        }
        for (int subStreams : SUB_STREAMS) {
            cases.add(ThroughputCase.of(Candidate.BRAID, subStreams));
            cases.add(ThroughputCase.of(Candidate.JCTOOLS_WRR, subStreams));
            cases.add(ThroughputCase.of(Candidate.JCTOOLS_KEYED_WRR, subStreams));
        }
        for (int subStreams : new int[] {FEW, MANY}) {
            ThroughputCase braid = ThroughputCase.of(Candidate.BRAID, subStreams);
            ThroughputCase journal = ThroughputCase.of(Candidate.BRAID_JOURNAL, subStreams);
            cases.addAll(List.of(braid, braid.equalWeights(), braid.claim(1), braid.payload(LARGE_PAYLOAD)));
            cases.addAll(List.of(journal, journal.claim(1), journal.payload(LARGE_PAYLOAD)));
        }
        for (Candidate candidate : List.of(Candidate.DISRUPTOR_1, Candidate.DISRUPTOR_DIAMOND, Candidate.JCTOOLS_WRR)) {
            cases.add(ThroughputCase.of(candidate).payload(LARGE_PAYLOAD));
        }
        cases.add(ThroughputCase.of(Candidate.DISRUPTOR_1).claim(1));
        cases.add(ThroughputCase.of(Candidate.DISRUPTOR_DIAMOND).claim(1));
        cases.add(ThroughputCase.of(Candidate.DISRUPTOR_1_EXCERPT).payload(LARGE_PAYLOAD));
        cases.add(ThroughputCase.of(Candidate.DISRUPTOR_1_MAPPED).payload(LARGE_PAYLOAD));
        for (long ns : HANDLING_NS) {
            cases.add(ThroughputCase.of(Candidate.BRAID).handlingNs(ns));
            cases.add(ThroughputCase.of(Candidate.BRAID_WORKER).handlingNs(ns));
        }
        return cases;
    }

    private static Set<ThroughputCase> combinations() {
        Set<ThroughputCase> cases = new LinkedHashSet<>();
        for (Candidate candidate : List.of(Candidate.BRAID, Candidate.BRAID_JOURNAL)) {
            for (int subStreams : SUB_STREAMS) {
                for (ThroughputCase claim : List.of(
                        ThroughputCase.of(candidate, subStreams),
                        ThroughputCase.of(candidate, subStreams).claim(1))) {
                    for (ThroughputCase payload : List.of(claim, claim.payload(LARGE_PAYLOAD))) {
                        cases.add(payload);
                        cases.add(payload.equalWeights());
                    }
                }
            }
        }
        return cases;
    }
}
