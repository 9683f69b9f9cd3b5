package dev.braid.command.stat;

import dev.braid.command.TextTable;
import dev.braid.engine.EngineStats;
import dev.braid.engine.LatencyStats;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Prints an engine's numbers for people: the engine, its threads, and two tables of its groups. */
final class StatPrinter {
    private static final double NS_PER_US = 1e3;
    private static final double NS_PER_S = 1e9;

    private final StatSnapshot now;
    private final StatSnapshot before;
    private final double seconds;

    /** @param before what rates are counted from, or {@code null} for the engine's start. */
    StatPrinter(StatSnapshot now, StatSnapshot before) {
        this.now = now;
        this.before = before;
        this.seconds = before == null ? now.seconds() : Math.max(1, now.atMs() - before.atMs()) / 1e3;
    }

    void print(PrintStream out) {
        out.printf(
                Locale.ROOT,
                "engine of process %d, %s, %.0f s; ring free %d of %d; low watermark %d%s%n",
                now.processId(),
                now.stateName(),
                now.seconds(),
                now.ringFree(),
                now.ringSize(),
                now.lowWatermark(),
                now.failedBeforeGroup() == 0 ? "" : "; failed before a group was known " + now.failedBeforeGroup());
        out.println(busy());
        for (EngineStats.ThreadStats thread : now.threads()) {
            thread.call().ifPresent(call -> out.printf(Locale.ROOT, "%s%n", describe(thread, call)));
        }
        out.println();
        TextTable.print(out, counts());
        out.println();
        TextTable.print(out, times());
    }

    private String describe(EngineStats.ThreadStats thread, EngineStats.HandlerCallStats call) {
        return String.format(
                Locale.ROOT,
                "%s has been handling sequence %d (group %s) for %.1f s",
                thread.name(),
                call.sequence(),
                call.group(),
                Math.max(0, now.atMs() - call.since().toEpochMilli()) / 1e3);
    }

    private String busy() {
        StringBuilder line = new StringBuilder("busy:");
        for (int i = 0; i < now.threads().size(); i++) {
            EngineStats.ThreadStats thread = now.threads().get(i);
            long since = before == null ? 0 : before.threads().get(i).busyNs();
            double busy = (thread.busyNs() - since) / NS_PER_S / seconds;
            line.append(String.format(Locale.ROOT, "  %s %.0f %%", thread.name(), 100 * Math.min(1, busy)));
        }
        return line.toString();
    }

    private List<String[]> counts() {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {
            "group",
            "weight",
            "P(i)",
            "due",
            "share",
            "records/s",
            "accepted",
            "handled",
            "failed",
            "shed",
            "backlog",
            "in flight",
            "bound"
        });
        for (int i = 0; i < now.groups().size(); i++) {
            StatSnapshot.Group group = now.groups().get(i);
            long since = before == null ? 0 : before.groups().get(i).handled();
            rows.add(new String[] {
                group.name(),
                Integer.toString(group.weight()),
                format("%.3f", group.p()),
                format("%.3f", group.due()),
                group.handled() == 0 ? "-" : format("%.3f", group.share()),
                format("%.0f", (group.handled() - since) / seconds),
                Long.toString(group.accepted()),
                Long.toString(group.handled()),
                Long.toString(group.failed()),
                Long.toString(group.shed()),
                Long.toString(group.backlog()),
                Long.toString(group.inFlight()),
                Integer.toString(group.inFlightBound())
            });
        }
        return rows;
    }

    private List<String[]> times() {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {
            "group",
            "waited us: p50",
            "p99",
            "p99.9",
            "max",
            "handled us: p50",
            "p99",
            "p99.9",
            "max",
            "largest lead",
            "its bound"
        });
        for (StatSnapshot.Group group : now.groups()) {
            List<String> row = new ArrayList<>(List.of(group.name()));
            addTimes(row, group.waiting());
            addTimes(row, group.handling());
            row.add(Long.toString(group.largestLead()));
            row.add(Long.toString(group.largestBatch()));
            rows.add(row.toArray(String[]::new));
        }
        return rows;
    }

    private static void addTimes(List<String> row, LatencyStats times) {
        for (long ns : new long[] {times.p50Ns(), times.p99Ns(), times.p999Ns(), times.maxNs()}) {
            row.add(times.samples() == 0 ? "-" : format("%.1f", ns / NS_PER_US));
        }
    }

    private static String format(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
