package dev.braid.engine;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.agrona.CloseHelper;

/**
 * Refreshes counters once a second, and copies them to their file, for readers in other processes. To them this is the engine's
 * heartbeat, so a failure neither ends it nor stops the engine. By default a daemon thread, because it must not keep a JVM alive.
 */
final class StatsRefresher {
    private static final long PERIOD_MS = TimeUnit.SECONDS.toMillis(1);

    private final StatsRefresh source;
    private final CountersFile file;
    private final EngineConfig<?> config;
    private final Consumer<String> warnings;
    private boolean isFailing;
    private boolean stopping;

    StatsRefresher(StatsRefresh source, CountersFile file, EngineConfig<?> config) {
        this.source = source;
        this.file = file;
        this.config = config;
        this.warnings = Guarded.warnings(config.warningHandler, config.errorHandler);
    }

    /** Starts the thread if there is a file to be kept up to date. */
    void start() {
        if (file.isOnDisk()) {
            ThreadRole role = new ThreadRole(config.engineName, ThreadRole.STATS, 0);
            Runnable task = this::run;
            config.newThread(role, task).start();
        }
    }

    private void run() {
        try {
            while (!awaitStop()) {
                refresh();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Tells of a failure once, until it goes well again. */
    private synchronized void refresh() {
        try {
            source.refresh();
            for (int group = 0; group < config.groups.size(); group++) {
                source.refreshLatencies(group);
            }
            file.write();
            isFailing = false;
        } catch (IOException e) {
            if (!isFailing) {
                warnings.accept("the engine goes on, but its numbers in " + config.countersFile
                        + " are not brought up to date: " + e);
            }
            isFailing = true;
        } catch (Throwable t) {
            if (!isFailing) {
                config.errorHandler.onError(t);
            }
            isFailing = true;
        }
    }

    private synchronized boolean awaitStop() throws InterruptedException {
        if (!stopping) {
            wait(PERIOD_MS);
        }
        return stopping;
    }

    /** Ends the thread after a last refresh, which the file keeps. */
    void stop() {
        synchronized (this) {
            stopping = true;
            notifyAll();
        }
        refresh();
        CloseHelper.close(config.errorHandler, file::close);
    }
}
