package dev.braid.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;

/** The threads that run an engine's agents, one each. For whoever starts and closes the engine. */
final class EngineThreads {
    private static final long GRACE_MS = 1_000;

    private final EngineLifecycle lifecycle;
    private final BiFunction<? super ThreadRole, ? super Runnable, ? extends Thread> factory;
    private final List<Role> roles = new ArrayList<>();
    private volatile int running;

    EngineThreads(
            EngineAssembly<?> pipeline, BiFunction<? super ThreadRole, ? super Runnable, ? extends Thread> factory) {
        this.lifecycle = pipeline.lifecycle;
        this.factory = factory;
        int count = pipeline.threads.length;
        for (int i = 1; i <= count; i++) { // The conductor, which is the first, begins when all others are there.
            roles.add(new Role(pipeline.agent(i % count), pipeline.threads[i % count]));
        }
    }

    /** Starts all threads. If one cannot be started, the engine is halted, and those that were started end. */
    void start(ErrorHandler errorHandler) {
        try {
            for (Role role : roles) {
                role.start(new AgentRunner(role.description.idleStrategy(), errorHandler, null, role));
                running++;
            }
        } catch (Throwable t) {
            lifecycle.halt(new EngineHaltedException("the engine's thread could not be started: " + t, t));
            for (Role role : roles.subList(running, roles.size())) {
                role.onClose(); // Those that were started wait for it.
            }
            throw t;
        }
    }

    /** Whether the calling thread is one of them. */
    boolean includeCaller() {
        for (int i = 0; i < roles.size(); i++) { // Publishers ask while they wait: an iterator would be garbage.
            if (roles.get(i).thread == Thread.currentThread()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Waits until all have ended. Interrupts do not end the wait, and the flag is set again after it.
     *
     * @return whether they have ended.
     */
    boolean join(long timeoutNs) {
        long deadlineNs = System.nanoTime() + timeoutNs;
        boolean interrupted = false;
        boolean ended = true;
        for (Role role : roles.subList(0, running)) {
            interrupted |= join(role.thread, deadlineNs);
            ended &= !role.thread.isAlive();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return ended;
    }

    /** Returns whether the calling thread was interrupted meanwhile. */
    private static boolean join(Thread thread, long deadlineNs) {
        boolean interrupted = false;
        do {
            long leftMs = TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime());
            try {
                thread.join(Math.max(1, leftMs)); // 0 would mean forever.
            } catch (InterruptedException e) {
                interrupted = true;
            }
        } while (thread.isAlive() && deadlineNs - System.nanoTime() > 0);
        return interrupted;
    }

    /** Ends all, now that the engine has halted: those that are in a callback which does not return are interrupted. */
    void end() {
        if (!join(TimeUnit.MILLISECONDS.toNanos(GRACE_MS))) {
            for (Role role : roles.subList(0, running)) {
                role.thread.interrupt();
            }
            join(TimeUnit.MILLISECONDS.toNanos(GRACE_MS));
        }
    }

    /** An agent that is closed whatever its thread ends by. */
    private final class Role implements Agent {
        private final Agent agent;
        private final EngineThread description;
        private Thread thread;
        private boolean closed;

        Role(Agent agent, EngineThread description) {
            this.agent = agent;
            this.description = description;
        }

        void start(AgentRunner runner) {
            Runnable task = () -> run(runner);
            thread = factory.apply(description.role(), task);
            thread.start();
        }

        private void run(AgentRunner runner) {
            Throwable cause = null;
            try {
                runner.run();
            } catch (Throwable t) {
                cause = t;
                throw t;
            } finally {
                if (!closed) {
                    lifecycle.halt(
                            new EngineHaltedException("the engine's thread " + agent.roleName() + " died", cause));
                    onClose();
                }
            }
        }

        @Override
        public String roleName() {
            return agent.roleName();
        }

        @Override
        public void onStart() {
            agent.onStart();
        }

        @Override
        public int doWork() throws Exception {
            return agent.doWork();
        }

        @Override
        public void onClose() {
            closed = true;
            agent.onClose();
        }
    }
}
