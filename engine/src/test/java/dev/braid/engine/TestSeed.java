package dev.braid.engine;

import java.util.Random;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;

/**
 * The seed of a random test: a new one for each test, or that of {@code -Dbraid.seed}. However the test fails, by an assertion,
 * an exception or its time limit, the message begins with the seed. To be registered as an extension.
 */
public final class TestSeed implements TestExecutionExceptionHandler {
    private final long value;

    /** A seed from the clock. */
    public TestSeed() {
        this(System.nanoTime());
    }

    /** @param value the seed unless another one is asked for, for tests that are the same each time. */
    public TestSeed(long value) {
        this.value = Long.getLong("braid.seed", value);
    }

    public long value() {
        return value;
    }

    public Random random() {
        return new Random(value);
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable t) throws Throwable {
        if (t instanceof TestAbortedException) {
            throw t;
        }
        throw new AssertionError("-Dbraid.seed=" + value + ": " + t, t);
    }
}
