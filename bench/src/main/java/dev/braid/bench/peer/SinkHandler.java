package dev.braid.bench.peer;

import com.lmax.disruptor.EventHandler;

/** The last handler of a Disruptor: hands records, which have been handled, to the sink. */
class SinkHandler implements EventHandler<BenchRecord> {
    private final ResultSink sink;

    SinkHandler(ResultSink sink) {
        this.sink = sink;
    }

    @Override
    public void onStart() {
        sink.onStart();
    }

    @Override
    public void onEvent(BenchRecord record, long sequence, boolean endOfBatch) {
        sink.onResult(record);
        if (endOfBatch) {
            sink.onBatchEnd();
        }
    }

    @Override
    public void onShutdown() {
        sink.close();
    }
}
