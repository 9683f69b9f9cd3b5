package dev.braid.bench.peer;

/** Threads that consume. One that dies ends the process: a benchmark that lost a thread must not go on. */
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
