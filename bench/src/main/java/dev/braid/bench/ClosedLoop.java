package dev.braid.bench;

import com.lmax.disruptor.EventHandler;
import dev.braid.bench.peer.BenchRecord;
import dev.braid.engine.Ingress;

/**
 * Handler of a group that has one record of each of its sub-streams in flight: once a record is handled, it publishes the next one,
 * until it is closed.
 */
final class ClosedLoop implements EventHandler<BenchRecord>, AutoCloseable {
    private final EventHandler<BenchRecord> handler;
    private volatile Ingress<BenchRecord> ingress;

    ClosedLoop(EventHandler<BenchRecord> handler) {
        this.handler = handler;
    }

    /** Publishes the first record of each sub-stream. */
    void begin(Ingress<BenchRecord> ingress, int firstSubStream, int subStreams) {
        this.ingress = ingress;
        for (int i = 0; i < subStreams; i++) {
            publish(firstSubStream + i);
        }
    }

    @Override
    public void onEvent(BenchRecord record, long sequence, boolean endOfBatch) throws Exception {
        handler.onEvent(record, sequence, endOfBatch);
        publish(record.key);
    }

    private void publish(long subStream) {
        Ingress<BenchRecord> to = ingress;
        if (to != null && !to.tryPublish((record, sequence) -> record.key = subStream)) {
            throw new IllegalStateException("no room for the one record of sub-stream " + subStream);
        }
    }

    @Override
    public void close() {
        ingress = null;
    }
}
