package dev.braid.bench;

import dev.braid.bench.report.Report;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.agrona.IoUtil;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * What all benchmarks have in common: they describe the host, say how far they have come, print tables, and write their
 * results as JSON. Tables go to the standard output, everything else to the error stream. The status is 1 if what was
 * checked does not hold, or a step failed. One that is broken off, by Ctrl-C or by kill -TERM, still does all that with what
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
    abstract Findings measure(Steps steps) throws Exception;

    @Override
    public final Integer call() throws Exception {
        PrintWriter err = spec.commandLine().getErr();
        Instant startedAt = Instant.now();
        Files.createDirectories(parent);
        Host host = forks() == null ? Host.describe(parent) : Host.describe(parent, forks().jvm(), List.of(Fork.HEAP));
        warn(err, host);
        work = Files.createTempDirectory(parent, "braid-bench-");
        try (Steps steps = new Steps(err, spec.name())) {
            return Ending.finishing(steps::stop, () -> {
                try {
                    return measure(steps, host, startedAt);
                } finally {
                    IoUtil.delete(work.toFile(), true);
                }
            });
        }
    }

    private int measure(Steps steps, Host host, Instant startedAt) throws Exception {
        Findings findings = measure(steps);
        if (steps.isStopped()) {
            spec.commandLine().getErr().println(spec.name() + ": broken off, writes what it has");
        }
        Steps.Account account = steps.account();
        print(host, account, findings);
        write(ResultFile.of(spec.name(), quick, account, startedAt, host, findings));
        return findings.hold() && account.isComplete() ? 0 : 1;
    }

    private void print(Host host, Steps.Account steps, Findings findings) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(spec.name() + (quick ? ", a smoke test" : "") + (steps.isComplete() ? "" : ", INCOMPLETE: " + steps)
                + ", on " + host);
        out.println("JVM flags: " + String.join(" ", host.jvmFlags()));
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
        if (host.cores() < busyThreads()) {
            err.println(
                    spec.name() + ": warning: " + busyThreads() + " threads are busy at the same time, but there are "
                            + host.cores() + " cores: they take turns, and the figures tell of the operating system");
        }
        if (host.loadAverage() > 0.5) {
            err.println(
                    spec.name() + ": warning: the load was " + String.format(Locale.ROOT, "%.1f", host.loadAverage())
                            + " before: something else is running, and the figures tell of that, too");
        }
    }

    private static Table ratios(Findings findings) {
        Table table = new Table("ratio", "median", "min", "max");
        for (Ratio ratio : findings.ratios()) {
            table.row(
                    ratio.name(),
                    Figures.decimals(ratio.median(), 2),
                    Figures.decimals(ratio.min(), 2),
                    Figures.decimals(ratio.max(), 2));
        }
        return table;
    }
}
