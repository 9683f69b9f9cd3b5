package dev.braid.bench;

import dev.braid.bench.report.Report;
import dev.braid.bench.report.ResultData;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.agrona.IoUtil;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * What all benchmarks have in common: they describe the host, say how far they have come, print tables, and write their
 * results as JSON. Tables go to the standard output, everything else to the error stream. The status is 1 if what was
 * promised was missed, or a step failed. One that is broken off, by Ctrl-C or by kill -TERM, still does all that with what
 * it has measured until then.
 */
abstract class Bench implements Callable<Integer> {
    @Option(
            names = "--quick",
            description = "A smoke test of under a minute: shows that it runs, its figures say little.")
    boolean quick;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the results to a file.")
    private Path json;

    @Option(
            names = "--report",
            paramLabel = "DIR",
            description = "Writes the results to a folder, and makes a page, images and tables of all results there.")
    private Path report;

    @Option(
            names = "--work",
            paramLabel = "DIR",
            defaultValue = "${sys:java.io.tmpdir}",
            description = "Where journals are written and deleted. By default ${DEFAULT-VALUE}.")
    private Path parent;

    /** The end of what the help of a benchmark says of its exit status. */
    static final String OTHER_STATUS = ", 2 wrong usage, 130 or 143 broken off.";

    /** What the help of those says that make promises which a busy machine can break. */
    static final String BUSY = "Not judged: it was missed while something else took more than a quarter of a core.";

    private static final double FEW_BUSY_CORES = 0.25;

    /** What is in it is deleted at the end. */
    Path work;

    @Mixin
    private HelpOption help;

    @Spec
    CommandSpec spec;

    /** How many threads are busy at the same time at the most, those of the publishers included. */
    abstract int busyThreads();

    /** How it starts the processes that it measures, or {@code null} if it measures in this one. */
    ForkOptions forks() {
        return null;
    }

    /** Measures step by step. What steps did not yield, because they failed or were stopped, is left out. */
    abstract Findings measure(BenchSteps steps) throws Exception;

    @Override
    public final Integer call() throws Exception {
        PrintWriter err = spec.commandLine().getErr();
        Instant startedAt = Instant.now();
        makeFolder(spec, "--work", parent);
        if (json != null) {
            makeFolder(spec, "--json", json.toAbsolutePath().getParent());
        }
        if (report != null) {
            makeFolder(spec, "--report", report);
        }
        Host host = forks() == null ? Host.describe(parent) : Host.describe(parent, forks().jvm(), List.of(Fork.HEAP));
        warn(err, host);
        work = Files.createTempDirectory(parent, "braid-bench-");
        try (BenchSteps steps = new BenchSteps(err, spec.name())) {
            return Ending.finishing(steps::stop, () -> {
                try {
                    return measure(steps, host, startedAt);
                } finally {
                    IoUtil.delete(work.toFile(), true);
                }
            });
        }
    }

    /** Beforehand: it would be a pity to fail when everything has been measured. */
    static void makeFolder(CommandSpec spec, String option, Path folder) {
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(folder);
            }
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), option + ": no folder '" + folder + "' can be made: " + e);
        }
        if (!Files.isWritable(folder)) {
            throw new ParameterException(spec.commandLine(), option + ": nothing can be written in '" + folder + "'");
        }
    }

    private int measure(BenchSteps steps, Host host, Instant startedAt) throws Exception {
        Optional<CpuTimes> before = CpuTimes.now();
        Findings measured = measure(steps);
        double others = before.flatMap(earlier -> CpuTimes.now().map(now -> now.othersBusyCoresSince(earlier)))
                .orElse(-1.0);
        double busy = Math.max(host.busyCoresBefore(), others);
        Findings findings = busy <= FEW_BUSY_CORES
                ? measured
                : measured.onBusyMachine("machine busy: others took " + Figures.decimals(busy, 1) + " cores");
        if (steps.isStopped()) {
            spec.commandLine().getErr().println(spec.name() + ": broken off, writes what it has");
        }
        BenchSteps.Account account = steps.account();
        ResultFile results = ResultFile.of(spec.name(), quick, account, startedAt, host, others, findings);
        print(results, account, findings);
        write(results);
        return findings.hold() && account.isComplete() ? 0 : 1;
    }

    private void print(ResultFile results, BenchSteps.Account account, Findings findings) {
        PrintWriter out = spec.commandLine().getOut();
        ResultData data = ResultData.of(results);
        out.println(spec.name() + (quick ? ", a smoke test" : "")
                + (account.isComplete() ? "" : ", INCOMPLETE: " + account) + ", on " + data.hostLine());
        out.println("JVM flags: " + data.jvmFlags());
        if (!findings.verdicts().isEmpty()) {
            out.println("\nVerdicts: " + Verdict.count(findings.verdicts()));
            findings.verdicts().forEach(verdict -> out.println("  " + verdict));
        }
        findings.tables().forEach(table -> out.print("\n" + table));
        if (!findings.ratios().isEmpty()) {
            out.print("\n" + ratios(findings));
        }
        out.flush();
    }

    private void write(ResultFile results) throws IOException {
        if (json != null) {
            results.write(json);
        }
        if (report != null) {
            results.write(Report.results(report, spec.name()));
            Report.write(report);
            spec.commandLine().getErr().println("The report is " + report.resolve(Report.PAGE));
        }
    }

    private void warn(PrintWriter err, Host host) {
        if (quick) {
            err.println(spec.name() + ": a smoke test: it shows that the benchmark runs, its figures say little");
        }
        if (host.machine().cores() < busyThreads()) {
            err.println(spec.name() + ": warning: up to " + busyThreads()
                    + " threads are busy at the same time, but there are "
                    + host.machine().cores()
                    + " cores: where they have to take turns, the figures tell of the operating system");
        }
        if (host.busyCoresBefore() > FEW_BUSY_CORES) {
            err.println(spec.name() + ": warning: " + Figures.decimals(host.busyCoresBefore(), 1)
                    + " cores were busy before: something else is running, and the figures tell of that, too");
        }
        if (host.fileSystem().startsWith("tmpfs")) {
            err.println(spec.name() + ": warning: " + parent + " is in memory, and no journal there is ever on a disk: "
                    + "choose another folder with --work");
        }
    }

    private static Table ratios(Findings findings) {
        Table table = new Table("ratio", "median", "min", "max");
        for (Ratio ratio : findings.ratios()) {
            table.row(
                    ratio.name(),
                    Figures.decimals(ratio.median(), 2),
                    ratio.min() == null ? "" : Figures.decimals(ratio.min(), 2),
                    ratio.max() == null ? "" : Figures.decimals(ratio.max(), 2));
        }
        return table;
    }
}
