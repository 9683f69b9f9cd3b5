package dev.braid.engine;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Decides what an {@link Exception} from a handler's {@code onEvent} does. These always halt the engine: an {@link Error}, also
 * from the partitioner; an {@link InterruptedException}; whatever {@code onStart} and {@code onBatchStart} throw; and anything that
 * the {@link MergeHandler} throws, because results that cannot be recorded must not be followed by others. Immutable.
 */
public final class ErrorPolicy {
    /**
     * The engine stops. The record gets no outcome, earlier results are merged, and publishers and {@link BraidEngine#close()}
     * throw {@link EngineHaltedException} with the cause.
     */
    public static final ErrorPolicy HALT = new ErrorPolicy("HALT", true, 0, 0);

    /** The record gets {@link Outcome#FAILED} with the exception as its cause, and its sub-stream continues. */
    public static final ErrorPolicy SKIP = new ErrorPolicy("SKIP", false, 0, 0);

    private static final long MAX_BACK_OFF_NS = TimeUnit.MINUTES.toNanos(1);

    final boolean halts;
    final int retries;
    private final String name;
    private final long backOffNs;

    private ErrorPolicy(String name, boolean halts, int retries, long backOffNs) {
        this.name = name;
        this.halts = halts;
        this.retries = retries;
        this.backOffNs = backOffNs;
    }

    /**
     * Returns this policy with retries before it applies. A record is retried as the failed attempt left it. Its sub-stream waits
     * meanwhile and keeps its order; other sub-streams, also of the same group, are not delayed.
     *
     * @param retries how often the record is retried, at least once.
     * @param backOff the wait before the first retry, not negative. It doubles before each further retry, up to a minute, or up to
     *                this value if it is longer.
     * @return a policy that differs in the retries only.
     * @throws IllegalArgumentException if a value is out of range.
     */
    public ErrorPolicy afterRetries(int retries, Duration backOff) {
        Objects.requireNonNull(backOff, "backOff");
        if (retries < 1) {
            throw new IllegalArgumentException("retries must be at least 1: " + retries);
        }
        if (backOff.isNegative()) {
            throw new IllegalArgumentException("backOff must not be negative: " + backOff);
        }
        return new ErrorPolicy(name, halts, retries, TimeUnit.NANOSECONDS.convert(backOff));
    }

    /** Returns the wait before a retry; the first is 1. */
    long backOffNs(int retry) {
        long most = Math.max(backOffNs, MAX_BACK_OFF_NS);
        int doublings = retry - 1;
        return doublings >= Long.numberOfLeadingZeros(backOffNs) - 1 && backOffNs > 0
                ? most
                : Math.min(backOffNs << doublings, most);
    }

    /** {@return the policy in words, for logs and messages} */
    @Override
    public String toString() {
        return retries == 0 ? name : name + " after " + retries + " retries";
    }
}
