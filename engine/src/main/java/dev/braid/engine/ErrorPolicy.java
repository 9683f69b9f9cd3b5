package dev.braid.engine;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * What an {@link Exception} from a handler's {@code onEvent} does. Always halting are: an {@link Error}, also from the
 * partitioner; an {@link InterruptedException}; what {@code onStart} and {@code onBatchStart} throw; and anything that the
 * {@link MergeHandler} throws, for results that cannot be recorded must not be followed by others. Immutable.
 */
public final class ErrorPolicy {
    /**
     * The engine stops. The record gets no outcome, results before it are merged, publishers and
     * {@link BraidEngine#close()} throw {@link EngineHaltedException} with the cause.
     */
    public static final ErrorPolicy HALT = new ErrorPolicy("HALT", true, 0, 0);

    /** The record gets {@link Outcome#FAILED} with the exception as its cause, and its sub-stream goes on. */
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
     * This policy, but only after the record was tried again so many times, as the failed attempts left it. Its
     * sub-stream waits meanwhile, and keeps its order; other sub-streams are not held up, also not those of the same
     * group.
     *
     * @param retries how often the record is tried again, at least once.
     * @param backOff how long to wait before the first retry; twice as long before each further one, but a minute at the
     *                most, unless the first is longer. Not negative.
     * @return a policy that differs in this only.
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

    /** How long to wait before a retry, the first being 1. */
    long backOffNs(int retry) {
        long most = Math.max(backOffNs, MAX_BACK_OFF_NS);
        int doublings = retry - 1;
        return doublings >= Long.numberOfLeadingZeros(backOffNs) - 1 && backOffNs > 0
                ? most
                : Math.min(backOffNs << doublings, most);
    }

    /**
     * The policy in words.
     *
     * @return for logs and messages.
     */
    @Override
    public String toString() {
        return retries == 0 ? name : name + " after " + retries + " retries";
    }
}
