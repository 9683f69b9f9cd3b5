package dev.braid.engine;

import com.lmax.disruptor.Sequence;
import java.util.concurrent.TimeUnit;

/**
 * Limit on how long closing may take, and the failure if it takes longer. For the thread that closes.
 *
 * @param ns nanoseconds.
 */
record CloseTimeout(long ns, EngineLifecycle lifecycle, Sequence lowWatermark) {
    EngineHaltedException failure() {
        long merged = lowWatermark.get();
        long open = lifecycle.acceptedThrough() - merged;
        long late = lifecycle.acceptedSinceClose();
        return new EngineHaltedException(
                "close() timed out after " + TimeUnit.NANOSECONDS.toMillis(ns) + " ms: of " + open
                        + " accepted sequences above the low watermark " + merged + " some have no outcome"
                        + (late == 0
                                ? ""
                                : "; " + late
                                        + " records were published since close() was called: handlers that always publish"
                                        + " into their own engine keep it from ending"),
                null);
    }
}
