package dev.braid.command.run;

import dev.braid.command.TextTable;
import dev.braid.command.run.RunReport.GroupRow;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Prints a run's report for people: a table of the groups, then the totals. */
final class ReportPrinter {
    private static final double NS_PER_US = 1_000;

    private final PrintStream out;

    ReportPrinter(PrintStream out) {
        this.out = out;
    }

    void print(RunReport report) {
        printGroups(report);
        out.println();
        printTotals(report);
    }

    private void printGroups(RunReport report) {
        List<String[]> rows = new ArrayList<>();
        rows.add(
                new String[] {"group", "weight", "P(i)", "records", "share", "p50 us", "p99 us", "p99.9 us", "max us"});
        for (GroupRow row : report.groups()) {
            boolean served = row.maxNs() > 0;
            rows.add(new String[] {
                row.name(),
                Integer.toString(row.weight()),
                format("%.3f", row.p()),
                Long.toString(row.records()),
                served ? format("%.3f", row.share()) : "-",
                served ? micros(row.p50Ns()) : "-",
                served ? micros(row.p99Ns()) : "-",
                served ? micros(row.p999Ns()) : "-",
                served ? micros(row.maxNs()) : "-"
            });
        }
        if (report.withoutGroup() > 0) {
            rows.add(new String[] {"(no group)", "", "", Long.toString(report.withoutGroup()), "", "", "", "", ""});
        }
        TextTable.print(out, rows);
    }

    private void printTotals(RunReport report) {
        List<String[]> rows = new ArrayList<>();
        rows.add(total("records", report.records()));
        if (report.recordsThisRun() < report.records()) {
            rows.add(total("  of this run", report.recordsThisRun()));
        }
        rows.add(total("processed", report.processed()));
        rows.add(total("failed", report.failed()));
        rows.add(total("shed", report.shed()));
        rows.add(total("lost", report.lost()));
        report.sums().forEach((field, sum) -> rows.add(new String[] {"sum of " + field, sum.toPlainString()}));
        rows.add(new String[] {"seconds", format("%.3f", report.seconds())});
        rows.add(total("records/s", Math.round(report.recordsThisRun() / report.seconds())));
        rows.add(total("low watermark", report.lowWatermark()));
        TextTable.print(out, rows);
    }

    private static String[] total(String name, long value) {
        return new String[] {name, Long.toString(value)};
    }

    private static String micros(long ns) {
        return format("%.1f", ns / NS_PER_US);
    }

    private static String format(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
