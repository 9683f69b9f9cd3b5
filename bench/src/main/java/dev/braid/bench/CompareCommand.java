package dev.braid.bench;

import dev.braid.bench.Comparison.Difference;
import dev.braid.bench.report.ResultData;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Compares results, to guard against regressions. */
@Command(
        name = "compare",
        sortOptions = false,
        description = {
            "Compares results of the same benchmarks, and says what is outside the spread: where each median is less than "
                    + "the least or more than the most of the other. What was measured once, as with --quick, has no "
                    + "spread, and no verdict.",
            ""
        },
        footer = {
            "",
            "Exit status: 0 nothing is worse, 1 something is worse and outside the spread, or a file cannot be read, 2 wrong "
                    + "usage."
        })
final class CompareCommand implements Callable<Integer> {
    /** Ratio of two medians of hops from which on the machine was in another phase. */
    private static final double OTHER_PHASE = 1.25;

    @Parameters(index = "0", paramLabel = "A.json", description = "The earlier results, as --json left them.")
    private Path earlier;

    @Parameters(index = "1", paramLabel = "B.json", description = "The later ones.")
    private Path later;

    @Mixin
    private HelpOption help;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Map<String, ResultData> before = new LinkedHashMap<>();
        ResultData.read(earlier).forEach(each -> before.put(each.bench(), each));
        boolean found = false;
        boolean worse = false;
        for (ResultData after : ResultData.read(later)) {
            ResultData same = before.get(after.bench());
            List<Difference> differences = same == null ? List.of() : Comparison.of(same, after);
            if (!differences.isEmpty()) {
                found = true;
                warn(same, after);
                print(after.bench(), differences);
                worse |= differences.stream().anyMatch(Difference::isWorse);
            }
        }
        if (!found) {
            throw new ParameterException(spec.commandLine(), earlier + " and " + later + " have no figure in common");
        }
        return worse ? 1 : 0;
    }

    private void print(String bench, List<Difference> differences) {
        Table table = new Table(bench, "B/A", "");
        for (Difference difference : differences) {
            table.row(difference.name(), Figures.decimals(difference.ratio(), 3), difference.verdict());
        }
        spec.commandLine().getOut().println(table);
        spec.commandLine().getOut().flush();
    }

    /** What goes from core to core depends on that more than on the code. */
    private void warnOfPhases(String bench, OptionalDouble before, OptionalDouble after) {
        if (before.isPresent() && after.isPresent()) {
            double ratio = after.getAsDouble() / before.getAsDouble();
            if (ratio > OTHER_PHASE || ratio < 1 / OTHER_PHASE) {
                spec.commandLine()
                        .getErr()
                        .println("compare: warning: " + bench + ": a cache line took "
                                + Figures.decimals(before.getAsDouble(), 0) + " ns from core to core in A, and "
                                + Figures.decimals(after.getAsDouble(), 0) + " ns in B");
            }
        }
    }

    private void warn(ResultData before, ResultData after) {
        PrintWriter err = spec.commandLine().getErr();
        if (before.isSmokeTest() || after.isSmokeTest()) {
            err.println("compare: warning: " + after.bench() + " is of a smoke test, whose figures say little");
        }
        for (ResultData each : List.of(before, after)) {
            if (!each.isComplete()) {
                err.println("compare: warning: " + each.bench() + " (" + (each == before ? "A" : "B") + "): "
                        + each.incompleteness());
            }
        }
        warnOfPhases(after.bench(), Comparison.handOverNs(before), Comparison.handOverNs(after));
        if (!before.conditions().equals(after.conditions())) {
            err.println("compare: " + after.bench() + ": the conditions were not the same:\n  A: " + before.hostLine()
                    + "\n  B: " + after.hostLine());
        }
    }
}
