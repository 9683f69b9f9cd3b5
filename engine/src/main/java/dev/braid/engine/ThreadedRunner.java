package dev.braid.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;

/** Runs an engine's agents on threads of its own, one each. For the threads that start and close the engine. */
final class ThreadedRunner extends EngineRunner {
    private static final long GRACE_MS = 1_000;
    private static final long LOOK_EVERY_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final EngineLifecycle lifecycle;
    private final IngestRing<?> ring;
    private final EngineConfig<?> config;
    private final CloseTimeout closeTimeout;
    private final List<Role> roles = new ArrayList<>();
    private volatile int running;

    ThreadedRunner(EngineAssembly<?> parts) {
        this.lifecycle = parts.context.lifecycle();
        this.ring = parts.ring;
        this.config = parts.context.config();
        this.closeTimeout = parts.closeTimeout();
        List<Agent> agents = parts.agents();
        int count = agents.size();
        for (int i = 1; i <= count; i++) { // The conductor, which is the first, begins when all others are there.
            roles.add(new Role(agents.get(i % count), parts.context.threads().get(i % count)));
        }
    }

    /** Starts all threads. If one cannot be started, the engine is halted, and the started ones end. */
    @Override
    void start() {
        try {
            for (Role role : roles) {
                role.description.reserveIdleStrategy();
                role.hasIdleStrategy = true;
                role.start(new AgentRunner(role.description.idleStrategy(), config.errorHandler, null, role));
                running++;
            }
        } catch (Throwable t) {
            lifecycle.halt(new EngineHaltedException("the engine's thread could not be started: " + t, t));
            for (Role role : roles.subList(running, roles.size())) {
                role.onClose(); // The threads that were started wait for it.
            }
            throw t;
        }
    }

    @Override
    int invoke() {
        throw notInvoked("invoke");
    }

    @Override
    Agent agent() {
        throw notInvoked("agent");
    }

    private static IllegalStateException notInvoked(String method) {
        return new IllegalStateException(
                method + "() is for ThreadingMode.INVOKER: this engine has threads of its own");
    }

    @Override
    void close() {
        if (isInCallback()) {
            throw new IllegalStateException("a handler must not close() the engine that calls it");
        }
        lifecycle.beginClose(ring);
        long deadlineNs = System.nanoTime() + closeTimeout.ns();
        long leftNs = closeTimeout.ns();
        while (!join(Math.min(leftNs, LOOK_EVERY_NS))) {
            checkRan(); // The others would wait for it until the time is up.
            leftNs = deadlineNs - System.nanoTime();
            if (leftNs <= 0) {
                lifecycle.halt(closeTimeout.failure());
                end();
                return;
            }
        }
        checkRan();
    }

    /** A thread that ended without its task has left records behind, and nobody else notices. */
    private void checkRan() {
        for (Role role : roles.subList(0, running)) {
            if (!role.thread.isAlive() && !role.closed) {
                lifecycle.halt(new EngineHaltedException(
                        "the engine's thread " + role.roleName()
                                + " ended without having run its task: the thread factory must make a thread that runs it",
                        null));
            }
        }
    }

    @Override
    boolean makeRoom() {
        return false;
    }

    /** Returns whether the calling thread is one of the engine's. */
    @Override
    boolean isInCallback() {
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
    private boolean join(long timeoutNs) {
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

    /** Ends all threads, because the engine has halted: threads in a callback that does not return are interrupted. */
    private void end() {
        if (!join(TimeUnit.MILLISECONDS.toNanos(GRACE_MS))) {
            for (Role role : roles.subList(0, running)) {
                role.thread.interrupt();
            }
            join(TimeUnit.MILLISECONDS.toNanos(GRACE_MS));
        }
    }

    /** Ensures that the agent is closed however its thread terminates. */
    private final class Role implements Agent {
        private final Agent agent;
        private final EngineThread description;
        private Thread thread;
        private boolean hasIdleStrategy;
        private boolean closed;

        Role(Agent agent, EngineThread description) {
            this.agent = agent;
            this.description = description;
        }

        void start(AgentRunner runner) {
            Runnable task = () -> run(runner);
            Thread made = config.newThread(description.role(), task);
            thread = made;
            made.start();
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
            if (hasIdleStrategy) {
                description.releaseIdleStrategy();
            }
        }
    }
}
