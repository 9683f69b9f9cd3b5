package dev.braid.bench.peer;

import dev.braid.engine.MergeHandler;
import dev.braid.engine.Outcome;

/** Hands results of an engine to a sink. */
final class SinkMerge implements MergeHandler<BenchRecord> {
    private final ResultSink sink;

    SinkMerge(ResultSink sink) {
        this.sink = sink;
    }

    @Override
    public void onStart() {
        sink.onStart();
    }

    @Override
    public void onResult(BenchRecord record, long sequence, int subStream, Outcome outcome, Throwable cause) {
        sink.onResult(record);
    }

    @Override
    public void onBatchEnd(long lowWatermark) {
        sink.onBatchEnd();
    }

    @Override
    public void onShutdown() {
        sink.close();
    }
}
