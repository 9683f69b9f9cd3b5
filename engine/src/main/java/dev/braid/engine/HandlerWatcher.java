package dev.braid.engine;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Looks at the handlers of all engines in this JVM once a second, on one daemon thread. The thread whose handler does not return
 * cannot report it, and a thread for each engine would be a burden for hundreds of idle engines. The thread ends with the last
 * engine, and does not keep an engine alive that is otherwise unreachable.
 */
final class HandlerWatcher {
    private static final long PERIOD_MS = TimeUnit.SECONDS.toMillis(1);
    private static final String ROLE = "braid-watch";

    private static final List<Engine> ENGINES = new ArrayList<>();
    private static boolean isRunning;

    private HandlerWatcher() {}

    private static final class Engine extends WeakReference<HandlerWatch> {
        private final Consumer<String> warnings;

        Engine(HandlerWatch watch, Consumer<String> warnings) {
            super(watch);
            this.warnings = warnings;
        }
    }

    /** @param warnings receives the warnings, throws nothing, and does not refer to the engine. */
    static void add(HandlerWatch watch, Consumer<String> warnings) {
        synchronized (ENGINES) {
            ENGINES.add(new Engine(watch, warnings));
            if (!isRunning) {
                Thread thread = new Thread(HandlerWatcher::run, ROLE);
                thread.setDaemon(true);
                thread.start();
                isRunning = true;
            }
        }
    }

    static void remove(HandlerWatch watch) {
        synchronized (ENGINES) {
            ENGINES.removeIf(engine -> engine.refersTo(watch));
            ENGINES.notifyAll();
        }
    }

    private static void run() {
        List<Engine> engines = new ArrayList<>();
        while (await(engines)) {
            long nowNs = System.nanoTime();
            for (Engine engine : engines) {
                HandlerWatch watch = engine.get();
                if (watch != null) {
                    watch.watch(nowNs, engine.warnings);
                }
            }
        }
    }

    /** Waits for the next look. Returns whether there are any engines. */
    private static boolean await(List<Engine> engines) {
        synchronized (ENGINES) {
            long startNs = System.nanoTime();
            long leftMs = PERIOD_MS;
            while (leftMs > 0 && !ENGINES.isEmpty()) {
                try {
                    ENGINES.wait(leftMs);
                } catch (InterruptedException e) {
                    // Nobody has a reason to interrupt this thread; it continues.
                }
                leftMs = PERIOD_MS - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
            }
            ENGINES.removeIf(engine -> engine.refersTo(null));
            engines.clear();
            engines.addAll(ENGINES);
            isRunning = !engines.isEmpty();
            return isRunning;
        }
    }
}
