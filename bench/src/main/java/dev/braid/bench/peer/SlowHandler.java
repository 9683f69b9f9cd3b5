package dev.braid.bench.peer;

import com.lmax.disruptor.EventHandler;

/** A handler that takes some time for each record, by the clock, besides what another one does. */
final class SlowHandler implements EventHandler<BenchRecord> {
    private final Handler handler;
    private final long ns;

    private SlowHandler(Handler handler, long ns) {
        this.handler = handler;
        this.ns = ns;
    }

    /** Returns the handler itself if it is to take no time besides. */
    static EventHandler<BenchRecord> around(Handler handler, long ns) {
        return ns == 0 ? handler : new SlowHandler(handler, ns);
    }

    @Override
    public void onEvent(BenchRecord record, long sequence, boolean endOfBatch) {
        long startNs = System.nanoTime();
        handler.handle(record);
        while (System.nanoTime() - startNs < ns) {
            Thread.onSpinWait();
        }
    }
}
