package dev.braid.bench.peer;

import com.lmax.disruptor.FatalExceptionHandler;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.dsl.Disruptor;
import com.lmax.disruptor.dsl.ProducerType;

/**
 * A bare Disruptor with one handler, which hands each record to its sub-stream's handler and the result to the sink: the
 * limit of what two threads can do.
 * <p>
 * Less than Braid: first come, first served; no weights, no bounds by group, no low watermark, and a handler's exception
 * ends the process.
 */
final class DisruptorOnePipeline implements Pipeline {
    /** The publisher's thread, and its own. */
    static final int THREADS = 2;

    private final Disruptor<BenchRecord> disruptor;
    private final RingPublisher publisher;

    DisruptorOnePipeline(Setup setup) {
        this(setup, THREADS);
    }

    /** @param threads that are busy, including those of the sink. */
    DisruptorOnePipeline(Setup setup, int threads) {
        disruptor = new Disruptor<>(
                setup::newRecord,
                Setup.RING_SIZE,
                Consumers::newThread,
                ProducerType.SINGLE,
                setup.idle().among(threads).waitStrategy());
        disruptor.setDefaultExceptionHandler(new FatalExceptionHandler());
        disruptor.handleEventsWith(new Dispatcher(setup));
        publisher = new RingPublisher(disruptor.start(), setup, threads);
    }

    private static final class Dispatcher extends SinkHandler {
        private final Handler[] handlers;

        Dispatcher(Setup setup) {
            super(setup.sink());
            this.handlers = setup.handlers();
        }

        @Override
        public void onEvent(BenchRecord record, long sequence, boolean endOfBatch) {
            handlers[Setup.subStreamOf(record, handlers.length)].handle(record);
            super.onEvent(record, sequence, endOfBatch);
        }
    }

    @Override
    public void publish(long first, int count) {
        publisher.publish(first, count);
    }

    @Override
    public long completed() {
        RingBuffer<BenchRecord> ring = disruptor.getRingBuffer();
        return ring.getMinimumGatingSequence() + 1;
    }

    @Override
    public void close() {
        disruptor.shutdown();
    }
}
