package dev.braid.persistence;

import dev.braid.engine.ThreadRole;
import dev.braid.engine.WakeableIdleStrategy;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.agrona.concurrent.IdleStrategy;

/**
 * Settings of the threads that serve a journal.
 *
 * @param engineName    name of the engine that uses it.
 * @param idleStrategy  makes one for each thread.
 * @param threadFactory makes the threads.
 */
record JournalThreads(
        String engineName,
        Function<? super ThreadRole, ? extends IdleStrategy> idleStrategy,
        BiFunction<? super ThreadRole, ? super Runnable, ? extends Thread> threadFactory) {
    static final JournalThreads DEFAULT = new JournalThreads(
            ThreadRole.DEFAULT_ENGINE_NAME, JournalThreads::newIdleStrategy, JournalThreads::newThread);

    JournalThreads withEngineName(String name) {
        return new JournalThreads(name, idleStrategy, threadFactory);
    }

    JournalThreads withIdleStrategy(Function<? super ThreadRole, ? extends IdleStrategy> strategy) {
        return new JournalThreads(engineName, strategy, threadFactory);
    }

    JournalThreads withThreadFactory(BiFunction<? super ThreadRole, ? super Runnable, ? extends Thread> factory) {
        return new JournalThreads(engineName, idleStrategy, factory);
    }

    /** Returns the default for a role: only for the thread that syncs it matters how soon it is awake. */
    private static IdleStrategy newIdleStrategy(ThreadRole role) {
        return role.duty().equals(JournalDuty.SYNC) ? new WakeableIdleStrategy() : new WakeableIdleStrategy(0, 0);
    }

    private static Thread newThread(ThreadRole role, Runnable task) {
        Thread thread = new Thread(task, role.threadName());
        thread.setDaemon(true);
        return thread;
    }
}
