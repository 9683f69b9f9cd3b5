package dev.braid.command.run;

import dev.braid.engine.GroupStats;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures what groups get while they compete, from outside, with the engine's counters: a background thread takes a sample
 * every millisecond. A group had work between two samples if its backlog was larger than what it was served in between. Only
 * intervals and groups for which that is certain count. Of what these groups got together, each is due its part by weight.
 * <p>
 * The sampling thread writes; others may ask when it is closed.
 */
final class Competition implements AutoCloseable {
    private static final long INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final List<GroupStats> groups;
    private final ShareTimeline timeline;
    private final Sample[] samples;
    private final long[] served;
    private final Thread thread;
    private volatile boolean isClosed;
    private long competedNs;
    private long sampledNs;

    /** Backlog and service of one group. */
    private static final class Sample {
        long service;
        long backlog;
        boolean hadWork;
        double due;
        double got;
        double ofAll;
        long ns;
    }

    /**
     * Due and actual share of a group, of what it and the groups that competed with it got.
     *
     * @param seconds during which it competed with another group; 0 if it never did.
     */
    record Shares(double due, double got, double seconds) {}

    private Competition(List<GroupStats> groups) {
        this.groups = groups;
        this.timeline = new ShareTimeline(groups.size());
        this.samples = new Sample[groups.size()];
        this.served = new long[groups.size()];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = new Sample();
        }
        this.thread = new Thread(this::watch, "braid-shares");
        thread.setDaemon(true);
    }

    /** Begins to watch, until it is closed. */
    static Competition watch(List<GroupStats> groups) {
        Competition competition = new Competition(groups);
        competition.sampledNs = System.nanoTime();
        competition.thread.start();
        return competition;
    }

    private void watch() {
        boolean last;
        do {
            LockSupport.parkNanos(INTERVAL_NS);
            last = isClosed;
            sample(System.nanoTime());
        } while (!last);
    }

    /** Reads a group's service before its backlog, so that the backlog at the last sample is never overestimated. */
    private void sample(long nowNs) {
        long elapsedNs = nowNs - sampledNs;
        sampledNs = nowNs;
        int competitors = 0;
        double dueOfAll = 0;
        long servedOfAll = 0;
        for (int i = 0; i < samples.length; i++) {
            Sample sample = samples[i];
            GroupStats group = groups.get(i);
            long service = group.service();
            served[i] = service - sample.service;
            sample.hadWork = sample.backlog > served[i] + group.largestBatch();
            sample.service = service;
            sample.backlog = group.backlog();
            if (sample.hadWork) {
                competitors++;
                dueOfAll += group.dueShare();
                servedOfAll += served[i];
            }
        }
        timeline.advance(elapsedNs, served);
        if (competitors > 1 && servedOfAll > 0) {
            count(elapsedNs, dueOfAll, servedOfAll);
        }
    }

    private void count(long elapsedNs, double dueOfAll, long servedOfAll) {
        competedNs += elapsedNs;
        for (int i = 0; i < samples.length; i++) {
            Sample sample = samples[i];
            if (sample.hadWork) {
                sample.due += servedOfAll * groups.get(i).dueShare() / dueOfAll;
                sample.got += served[i];
                sample.ofAll += servedOfAll;
                sample.ns += elapsedNs;
            }
        }
    }

    /** Returns the shares of the group at this place. */
    Shares shares(int group) {
        Sample sample = samples[group];
        return sample.ns == 0
                ? new Shares(0, 0, 0)
                : new Shares(sample.due / sample.ofAll, sample.got / sample.ofAll, seconds(sample.ns));
    }

    /** Returns how long at least two groups had work at the same time. */
    double competedSeconds() {
        return seconds(competedNs);
    }

    private static double seconds(long ns) {
        return ns / (double) TimeUnit.SECONDS.toNanos(1);
    }

    /** Returns what groups got over time. */
    ShareTimeline timeline() {
        return timeline;
    }

    /** Takes a last sample. */
    @Override
    public void close() {
        isClosed = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true; // The thread ends soon, whatever happens.
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
