package dev.braid.persistence;

import dev.braid.engine.ThreadRole;
import dev.braid.engine.WakeableIdleStrategy;
import java.nio.file.Path;
import java.util.Objects;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.IdleStrategy;

/** A thread of the journal. If somebody else interrupts it, it ends, and says so. */
final class JournalThread implements AutoCloseable {
    private final JournalAgent agent;
    private final WakeableIdleStrategy sleeper;
    private final Thread thread;
    private final String name;
    private volatile boolean isClosing;
    private volatile boolean hasRun;

    JournalThread(JournalAgent agent, JournalThreads settings, ErrorHandler errorHandler) {
        this.agent = agent;
        ThreadRole role = new ThreadRole(settings.engineName(), agent.roleName(), 0);
        this.name = role.threadName();
        IdleStrategy idle = Objects.requireNonNull(
                settings.idleStrategy().apply(role),
                () -> "the idle strategy for thread " + role.threadName() + " is null");
        this.sleeper = idle instanceof WakeableIdleStrategy own ? own : new WakeableIdleStrategy();
        sleeper.reserve(role.threadName());
        ErrorHandler handler = t -> {
            if (!(t instanceof AgentTerminationException)) { // By which it ends.
                errorHandler.onError(t);
            }
        };
        AgentRunner runner = new AgentRunner(idle, handler, null, new Duty(role, errorHandler));
        try {
            this.thread = Objects.requireNonNull(
                    settings.threadFactory().apply(role, runner),
                    () -> "the thread factory made no thread for " + role.threadName());
            thread.start();
        } catch (Throwable t) {
            sleeper.release();
            throw t;
        }
    }

    /** Runs the agent's duty cycle until the thread is closed. */
    private final class Duty implements Agent {
        private final ThreadRole role;
        private final ErrorHandler errorHandler;

        Duty(ThreadRole role, ErrorHandler errorHandler) {
            this.role = role;
            this.errorHandler = errorHandler;
        }

        @Override
        public void onStart() {
            hasRun = true;
            agent.onStart();
        }

        @Override
        public int doWork() throws Exception {
            if (isClosing) {
                throw new AgentTerminationException();
            }
            int work = agent.doWork();
            sleeper.sleepAtMost(agent.mostSleepNs());
            return work;
        }

        @Override
        public void onClose() {
            if (!isClosing) {
                errorHandler.onError(new JournalException("its thread " + roleName() + " was interrupted"));
            }
            agent.onClose();
            sleeper.release();
        }

        @Override
        public String roleName() {
            return role.threadName();
        }
    }

    /** Wakes the agent, which has something to do that it can see by now. */
    void wake() {
        sleeper.wake();
    }

    /** Wakes the agent if it waits for frames: one was written, and a full fence came after it. For the thread that writes. */
    void wroteFrame() {
        if (agent.isWokenByFrames()) {
            sleeper.wake();
        }
    }

    /** @throws IllegalStateException if this is the calling thread, which would wait for its own end. */
    void checkMayClose(Path journal) {
        if (Thread.currentThread() == thread) {
            throw new IllegalStateException("journal " + journal + " must not be closed by its own thread " + name
                    + ", on which listeners are called: have another thread do that");
        }
    }

    /**
     * Waits until the thread has ended, however long that takes: it may have work that must not be broken off. Who is interrupted
     * meanwhile goes on waiting, and finds the interrupt afterwards.
     */
    @Override
    public void close() {
        isClosing = true;
        boolean interrupted = false;
        while (thread.isAlive()) {
            sleeper.wake();
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (!hasRun) {
            throw new JournalException("the journal's thread " + name
                    + " ended without having run its task: the thread factory must make a thread that runs it");
        }
    }
}
