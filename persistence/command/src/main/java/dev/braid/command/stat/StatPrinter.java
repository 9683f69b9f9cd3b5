package dev.braid.command.stat;

import dev.braid.command.Texts;
import dev.braid.command.Units;
import dev.braid.command.stat.StatSnapshot.Group;
import dev.braid.engine.EngineStats;
import dev.braid.engine.LatencyStats;
import dev.braid.persistence.JournalStats;
import java.io.PrintStream;
import java.util.Comparator;
import java.util.Locale;
import java.util.function.Function;

/** Prints an engine's counters for people, in 80 columns: the engine, its threads, its groups, times, and a legend. */
final class StatPrinter {
    private static final String NONE = "-";
    private static final String INDENT = "  ";

    private final StatInterval interval;
    private final StatSnapshot now;
    private final PrintStream out;

    StatPrinter(StatInterval interval, PrintStream out) {
        this.interval = interval;
        this.now = interval.now;
        this.out = out;
    }

    void print() {
        printEngine();
        printBusy();
        printCalls();
        now.journal.ifPresent(this::printJournal);
        out.println();
        printGroups();
        out.println();
        printTimes();
        out.println();
        printLegend();
    }

    private void printEngine() {
        out.printf(
                Locale.ROOT,
                "engine of process %d, %s%s, %.0f s%n",
                now.processId,
                now.stateName(),
                now.isGone() ? ": not heard of for " + Units.time(now.silenceMs() * 1_000_000) : "",
                now.seconds());
        out.printf(
                Locale.ROOT,
                "low watermark %d; ring %.0f %% full%s%n",
                now.lowWatermark,
                100.0 * (now.ringSize - now.ringFree) / now.ringSize,
                now.failedBeforeGroup == 0
                        ? ""
                        : "; failed before a group was known " + Units.count(now.failedBeforeGroup));
    }

    private void printBusy() {
        StringBuilder line = new StringBuilder("busy:");
        for (int i = 0; i < now.threads.size(); i++) {
            String thread =
                    String.format(Locale.ROOT, "%s %.0f %%", now.threads.get(i).name(), 100 * interval.busy(i));
            if (line.length() + INDENT.length() + thread.length() > StatTable.WIDTH) {
                out.println(line);
                line = new StringBuilder("     ");
            }
            line.append(INDENT).append(thread);
        }
        out.println(line);
    }

    private void printCalls() {
        for (EngineStats.ThreadStats thread : now.threads) {
            thread.call()
                    .ifPresent(call -> out.printf(
                            Locale.ROOT,
                            "%s has been handling sequence %d (group %s) for %.1f s%n",
                            thread.name(),
                            call.sequence(),
                            Texts.oneLine(call.group()),
                            Math.max(0, now.atMs - call.since().toEpochMilli()) / 1e3));
        }
    }

    private void printJournal(JournalStats journal) {
        out.printf(
                Locale.ROOT,
                "journal: durable up to %d, %d behind the low watermark; %s, %s/s%n",
                journal.durableSequence(),
                Math.max(0, now.lowWatermark - journal.durableSequence()),
                Units.bytes(journal.bytes()),
                Units.bytes(Math.round(interval.bytesPerSecond(journal))));
    }

    private void printGroups() {
        StatTable table = new StatTable();
        table.add("group", "weight", "due", "got ", "/s", "handled", "failed", "shed", "queue", "full");
        for (int i = 0; i < now.groups.size(); i++) {
            Group group = now.groups.get(i);
            double got = interval.got(i);
            table.add(
                    group.name,
                    Integer.toString(group.weight),
                    share(group.due),
                    (Double.isNaN(got) ? NONE : share(got)) + (interval.isBehind(i) ? "<" : " "),
                    Units.count(Math.round(interval.handledPerSecond(i))),
                    Units.count(group.handled),
                    Units.count(group.failed),
                    Units.count(group.shed),
                    Units.count(group.backlog),
                    String.format(Locale.ROOT, "%.0f%%", 100.0 * group.inFlight / group.inFlightBound));
        }
        table.print(out);
    }

    private void printTimes() {
        StatTable table = new StatTable();
        table.addSpans(
                "", null, null, now.hasEnded() ? "its last 10 s" : "last 10 s", null, null, null, "since the start");
        table.add("waited", "p50", "p99", "max", "p50", "p99", "p99.9", "max");
        addTimes(table, group -> group.recentlyWaiting, group -> group.waiting);
        table.add("handled");
        addTimes(table, group -> group.recentlyHandling, group -> group.handling);
        now.journal.filter(journal -> journal.forces().samples() > 0).ifPresent(journal -> {
            table.add("journal");
            addTimes(table, "force", journal.recentForces(), journal.forces());
        });
        table.print(out);
    }

    private void addTimes(StatTable table, Function<Group, LatencyStats> recent, Function<Group, LatencyStats> total) {
        for (Group group : now.groups) {
            addTimes(table, group.name, recent.apply(group), total.apply(group));
        }
    }

    private static void addTimes(StatTable table, String name, LatencyStats recent, LatencyStats total) {
        table.add(
                INDENT + name,
                time(recent, recent.p50Ns()),
                time(recent, recent.p99Ns()),
                time(recent, recent.maxNs()),
                time(total, total.p50Ns()),
                time(total, total.p99Ns()),
                time(total, total.p999Ns()),
                time(total, total.maxNs()));
    }

    private void printLegend() {
        String since = interval.isSinceStart()
                ? "since the start"
                : "in the last " + Units.time((long) (interval.seconds * 1e9));
        out.println("due      share by weight while all groups have work");
        out.println("got      share while the group had work; < is behind its due");
        out.println("/s       records handled per second; got, /s and busy: " + since);
        out.println("queue    records that wait to be handled; full: of the bound on those in flight");
        out.println("waited   from the ring to the handler; handled: in the handler; from samples");
        now.groups.stream()
                .filter(group -> group.largestBatch > 0)
                .max(Comparator.comparingDouble(group -> (double) group.largestLead / group.largestBatch))
                .ifPresent(group -> out.printf(
                        Locale.ROOT,
                        "Furthest ahead of its due so far, in batches of its own: %.2f (%s)%n",
                        (double) group.largestLead / group.largestBatch,
                        StatTable.shorten(Texts.oneLine(group.name), 16)));
    }

    private static String time(LatencyStats times, long ns) {
        return times.samples() == 0 ? NONE : Units.time(ns);
    }

    private static String share(double share) {
        return String.format(Locale.ROOT, "%.3f", share);
    }
}
