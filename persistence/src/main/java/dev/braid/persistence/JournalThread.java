package dev.braid.persistence;

import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.IdleStrategy;

/** A thread of the journal's own. Should somebody else interrupt it, it ends, and says so. */
final class JournalThread implements AutoCloseable {
    private final AgentRunner runner;
    private final Thread thread;
    private volatile boolean isClosing;

    JournalThread(Agent agent, IdleStrategy idleStrategy, ErrorHandler errorHandler) {
        runner = new AgentRunner(idleStrategy, errorHandler, null, new Agent() {
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
                if (!isClosing) {
                    errorHandler.onError(new JournalException("its thread " + roleName() + " was interrupted"));
                }
                agent.onClose();
            }

            @Override
            public String roleName() {
                return agent.roleName();
            }
        });
        thread = AgentRunner.startOnThread(runner, work -> {
            Thread worker = new Thread(work, agent.roleName());
            worker.setDaemon(true);
            return worker;
        });
    }

    /**
     * Waits until the thread has ended, however long that takes: it may have work that must not be broken off. Where the
     * caller is interrupted while it waits, {@link AgentRunner#close()} would interrupt the thread, and a force with it: so
     * that is called by yet another thread, which nobody knows.
     */
    @Override
    public void close() {
        isClosing = true;
        boolean interrupted = false;
        Thread closer = new Thread(() -> runner.close(Integer.MAX_VALUE, late -> {}), thread.getName() + "-close");
        closer.start();
        while (closer.isAlive() || thread.isAlive()) {
            try {
                closer.join();
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
