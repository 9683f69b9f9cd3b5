package dev.braid.bench;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A thread that is parked, and notes when it is awake: what it takes to wake one, with nothing else to do. */
final class ParkedThread implements Sleeper, AutoCloseable {
    private final Thread thread = new Thread(this::run, "parked");
    private volatile boolean isClosed;
    /** 0 while it is to sleep. */
    private volatile long awakeNs;

    ParkedThread() {
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        while (!isClosed) {
            LockSupport.park(this);
            awakeNs = System.nanoTime();
        }
    }

    @Override
    public long wake() throws InterruptedException {
        awakeNs = 0;
        long beforeNs = System.nanoTime();
        LockSupport.unpark(thread);
        while (awakeNs == 0) {
            if (System.nanoTime() - beforeNs > TimeUnit.SECONDS.toNanos(TIMEOUT_S)) {
                throw new IllegalStateException("a parked thread is not awake after " + TIMEOUT_S + " s");
            }
            Thread.sleep(1);
        }
        return awakeNs - beforeNs;
    }

    @Override
    public void close() {
        isClosed = true;
        LockSupport.unpark(thread);
    }
}
