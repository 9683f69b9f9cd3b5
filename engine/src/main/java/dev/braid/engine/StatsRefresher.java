package dev.braid.engine;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.agrona.ErrorHandler;

/**
 * Brings counters up to date once a second, and copies them to their file, for readers in other processes. By default a
 * daemon, for it must not keep a JVM alive.
 */
final class StatsRefresher {
    private static final long PERIOD_MS = TimeUnit.SECONDS.toMillis(1);

    private final StatsRefresh source;
    private final int groups;
    private final CountersFile file;
    private final ErrorHandler errorHandler;
    private final EngineBuilder<?> settings;
    private boolean stopping;

    StatsRefresher(
            StatsRefresh source, int groups, CountersFile file, ErrorHandler errorHandler, EngineBuilder<?> settings) {
        this.source = source;
        this.groups = groups;
        this.file = file;
        this.errorHandler = errorHandler;
        this.settings = settings;
    }

    void start() {
        ThreadRole role = new ThreadRole(settings.engineName, ThreadRole.STATS, 0);
        Runnable task = this::run;
        settings.threadFactory.apply(role, task).start();
    }

    private void run() {
        try {
            while (!awaitStop()) {
                refresh();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Throwable t) {
            errorHandler.onError(t);
        }
    }

    private void refresh() throws IOException {
        source.refresh();
        for (int group = 0; group < groups; group++) {
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

    /** The engine has ended: what the file says now stays. */
    void stop() {
        synchronized (this) {
            stopping = true;
            notifyAll();
        }
        try {
            refresh();
            file.close();
        } catch (IOException e) {
            errorHandler.onError(e);
        }
    }
}
