package dev.braid.engine;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Claims records for one ingress: within the group's credit, or within the shared part of the ring. For publishers. */
final class IngressClaims {
    private static final long NO_TIMEOUT = Long.MAX_VALUE;

    private final IngestRing<?> ring;
    private final EngineLifecycle lifecycle;
    private final BackPressure backPressure;
    private final IngressCredit credit;
    private final int group;
    private final int max;
    private final boolean feeds;
    private final long warnAfterNs;
    private final Consumer<String> warnings;

    /** @param group {@code null} for the shared ingress. */
    IngressClaims(EngineAssembly<?> parts, BackPressure backPressure, GroupState<?> group, boolean feeds) {
        this.ring = parts.ring;
        this.lifecycle = parts.context.lifecycle();
        this.backPressure = backPressure;
        this.credit = group == null ? null : group.credit;
        this.group = group == null ? RingWaits.SHARED : group.index;
        this.max = credit == null ? ring.sharedSize() : Math.min(credit.bound, ring.size());
        this.feeds = feeds;
        EngineConfig<?> config = parts.context.config();
        this.warnAfterNs = config.stuckHandlerAfterNs;
        this.warnings = Guarded.warnings(config.warningHandler, config.errorHandler);
    }

    /** Nanoseconds of a timeout. A timeout of more than 292 years never expires. */
    static long nanos(Duration timeout) {
        return TimeUnit.NANOSECONDS.convert(timeout);
    }

    /** Waits without a limit. Returns the last claimed sequence. */
    long next(int count) {
        return next(count, NO_TIMEOUT);
    }

    /** Waits no longer than a timeout. Returns the last claimed sequence, or {@link Ingress#NO_CAPACITY}. */
    long next(int count, Duration timeout) {
        return next(count, nanos(timeout));
    }

    private long next(int count, long timeoutNs) {
        long last = tryNext(count);
        return last != Ingress.NO_CAPACITY || timeoutNs <= 0 ? last : awaitNext(count, timeoutNs);
    }

    private long awaitNext(int count, long timeoutNs) {
        long startNs = System.nanoTime();
        boolean isToldOfStart = false;
        long last = Ingress.NO_CAPACITY;
        int attempt = 0;
        ring.beginWait();
        try {
            do {
                backPressure.await(attempt);
                attempt = attempt + 1 & Integer.MAX_VALUE;
                if (!isToldOfStart && !lifecycle.isStarted() && System.nanoTime() - startNs >= warnAfterNs) {
                    isToldOfStart = true;
                    warnings.accept("thread " + Thread.currentThread().getName()
                            + " waits to publish, but the engine has not been started");
                }
                last = tryNext(count);
            } while (last == Ingress.NO_CAPACITY
                    && (timeoutNs == NO_TIMEOUT || System.nanoTime() - startNs < timeoutNs));
            return last;
        } finally {
            ring.endWait();
        }
    }

    /** Claims without waiting. Returns the last claimed sequence, or {@link Ingress#NO_CAPACITY}. */
    long tryNext(int count) {
        if (count < 1 || count > max) {
            throw new IllegalArgumentException(
                    "count must be 1 to " + (credit == null ? "the ring's size of " : "the group's in-flight bound of ")
                            + max + ": " + count);
        }
        if (!lifecycle.mayPublish(feeds)) {
            return Ingress.NO_CAPACITY;
        }
        return credit == null ? ring.tryClaim(count) : tryClaimOwn(count);
    }

    private long tryClaimOwn(int count) {
        if (!credit.tryAcquire(count)) {
            return Ingress.NO_CAPACITY;
        }
        long last = ring.tryClaim(count, group);
        if (last == Ingress.NO_CAPACITY) {
            credit.giveBack(count); // Only after a close race with shared publishers, which look before they claim.
        }
        return last;
    }
}
