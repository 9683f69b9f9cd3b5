package dev.braid.command.run;

import dev.braid.command.Console;
import dev.braid.command.TextTable;
import dev.braid.command.Texts;
import dev.braid.command.Units;
import dev.braid.command.run.RunReport.GroupRow;
import dev.braid.command.run.RunReport.Latency;
import dev.braid.command.run.RunReport.ThisRun;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Prints a run's report for people: a table of the groups, what its columns mean, then the totals. */
final class ReportPrinter {
    private static final String NONE = "-";

    /** If the engine was full for less than this part of the time, it was not the bottleneck. */
    private static final double ENGINE_BOUND = 0.1;

    private final PrintStream out;

    ReportPrinter(PrintStream out) {
        this.out = out;
    }

    void print(RunReport report) {
        printGroups(report);
        out.println();
        printLegend(report);
        printPicture(report);
        out.println();
        printTotals(report);
    }

    private void printGroups(RunReport report) {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"group", "weight", "P(i)", "records", "due", "got", "p50", "p99", "p99.9", "max"});
        for (GroupRow row : report.groups()) {
            boolean competed = row.shares().seconds() > 0;
            Latency latency = row.latency();
            boolean served = latency.maxNs() > 0;
            rows.add(new String[] {
                row.name(),
                Integer.toString(row.weight()),
                share(row.p()),
                Long.toString(row.records()),
                competed ? share(row.shares().due()) : NONE,
                competed ? share(row.shares().got()) : NONE,
                served ? Units.time(latency.p50Ns()) : NONE,
                served ? Units.time(latency.p99Ns()) : NONE,
                served ? Units.time(latency.p999Ns()) : NONE,
                served ? Units.time(latency.maxNs()) : NONE
            });
        }
        long withoutGroup = report.thisRun().withoutGroup();
        if (withoutGroup > 0) {
            rows.add(new String[] {"(no group)", "", "", Long.toString(withoutGroup), "", "", "", "", "", ""});
        }
        TextTable.print(out, rows);
    }

    private void printLegend(RunReport report) {
        String from = report.thisRun().input().wasLoaded() ? "publication" : "arrival";
        out.println("P(i)      share by weight while all groups have work");
        out.println("due       share by weight among the groups that had work, while this one competed");
        out.println("got       share that it got in that time");
        out.println("p50..max  time from a record's " + from + " until its result was in the journal");
        out.println(competition(report));
    }

    private static String competition(RunReport report) {
        if (report.thisRun().records() == 0) {
            return report.journal().results() == 0
                    ? "There were no records."
                    : "This run had no records: the journal holds the results of all.";
        }
        if (report.groups().size() == 1) {
            return "One group has nobody to compete with.";
        }
        double competed = report.competition().competedSeconds();
        double seconds = report.thisRun().seconds();
        if (competed == 0) {
            return "Groups never competed: no two of them had work at the same time, so there was nothing to share.";
        }
        return "Groups competed for " + Units.seconds(competed) + " of " + Units.seconds(seconds) + ".";
    }

    /** Only on a terminal: a log needs no picture. */
    private void printPicture(RunReport report) {
        if (report.groups().size() > 1 && Console.showsPictures()) {
            out.println();
            out.println("Share of each group over time:");
            report.competition()
                    .timeline()
                    .print(
                            out,
                            report.groups().stream()
                                    .map(group -> Texts.oneLine(group.name()))
                                    .toList());
        }
    }

    private void printTotals(RunReport report) {
        ThisRun thisRun = report.thisRun();
        long records = report.journal().results();
        List<String[]> rows = new ArrayList<>();
        rows.add(total("records", records));
        if (thisRun.records() < records) {
            rows.add(total("  of this run", thisRun.records()));
        }
        rows.add(total("processed", report.journal().outcomes().processed()));
        rows.add(total("failed", report.journal().outcomes().failed()));
        rows.add(total("shed", report.journal().outcomes().shed()));
        rows.add(total("lost", report.journal().outcomes().lost()));
        report.sums().forEach((field, sum) -> rows.add(new String[] {"sum of " + field, sum.toPlainString()}));
        rows.add(new String[] {"seconds", String.format(Locale.ROOT, "%.3f", thisRun.seconds())});
        rows.add(total("records/s", Math.round(thisRun.records() / thisRun.seconds())));
        rows.add(total("low watermark", thisRun.lowWatermark()));
        TextTable.print(out, rows);
        printWhatTookTheTime(thisRun);
    }

    private void printWhatTookTheTime(ThisRun thisRun) {
        if (thisRun.records() == 0) {
            return;
        }
        RunInput.Published input = thisRun.input();
        if (input.wasLoaded()) {
            out.println("The records were loaded before, in " + Units.time(input.loadedNs())
                    + "; seconds and records/s are of the engine.");
        } else if (input.waitedNs() < ENGINE_BOUND * thisRun.seconds() * TimeUnit.SECONDS.toNanos(1)) {
            out.println("The engine waited for the input: records/s is the rate of the input.");
        }
    }

    private static String[] total(String name, long value) {
        return new String[] {name, Long.toString(value)};
    }

    private static String share(double share) {
        return String.format(Locale.ROOT, "%.3f", share);
    }
}
