package dev.braid.bench.peer;

/** Threads that consume. A thread that dies ends the process, because a benchmark must not go on without it. */
final class Consumers {
    private Consumers() {}

    static Thread newThread(Runnable task) {
        Thread thread = new Thread(task, "consumer");
        thread.setUncaughtExceptionHandler((dead, cause) -> {
            cause.printStackTrace();
            Runtime.getRuntime().halt(1);
        });
        return thread;
    }
}
