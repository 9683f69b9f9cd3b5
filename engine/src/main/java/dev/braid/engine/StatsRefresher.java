package dev.braid.engine;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * Refreshes counters once a second, and copies them to their file, for readers in other processes. By default a daemon thread,
 * because it must not keep a JVM alive.
 */
final class StatsRefresher {
    private static final long PERIOD_MS = TimeUnit.SECONDS.toMillis(1);

    private final StatsRefresh source;
    private final CountersFile file;
    private final EngineConfig<?> config;
    private boolean stopping;

    StatsRefresher(StatsRefresh source, CountersFile file, EngineConfig<?> config) {
        this.source = source;
        this.file = file;
        this.config = config;
    }

    /** Starts the thread if there is a file to be kept up to date. */
    void start() {
        if (file.isOnDisk()) {
            ThreadRole role = new ThreadRole(config.engineName, ThreadRole.STATS, 0);
            Runnable task = this::run;
            config.threadFactory.apply(role, task).start();
        }
    }

    private void run() {
        try {
            while (!awaitStop()) {
                refresh();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Throwable t) {
            config.errorHandler.onError(t);
        }
    }

    private void refresh() throws IOException {
        source.refresh();
        for (int group = 0; group < config.groups.size(); group++) {
            source.refreshLatencies(group);
        }
        file.write();
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
        try {
            refresh();
            file.close();
        } catch (IOException e) {
            config.errorHandler.onError(e);
        }
    }
}
