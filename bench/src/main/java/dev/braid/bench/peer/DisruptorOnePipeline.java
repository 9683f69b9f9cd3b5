package dev.braid.bench.peer;

import com.lmax.disruptor.EventHandler;
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
    private final Disruptor<BenchRecord> disruptor;
    private final RingPublisher publisher;

    DisruptorOnePipeline(Setup setup) {
        this(setup, true);
    }

    /** @param spins whether its publisher does while there is no room. */
    DisruptorOnePipeline(Setup setup, boolean spins) {
        disruptor = new Disruptor<>(
                setup::newRecord,
                Setup.RING_SIZE,
                Consumers::newThread,
                ProducerType.SINGLE,
                setup.idle().waitStrategy());
        disruptor.setDefaultExceptionHandler(new FatalExceptionHandler());
        disruptor.handleEventsWith(new Dispatcher(setup));
        publisher = new RingPublisher(disruptor.start(), setup, spins);
    }

    private static final class Dispatcher implements EventHandler<BenchRecord> {
        private final Handler[] handlers;
        private final ResultSink sink;

        Dispatcher(Setup setup) {
            this.handlers = setup.handlers();
            this.sink = setup.sink();
        }

        @Override
        public void onStart() {
            sink.onStart();
        }

        @Override
        public void onEvent(BenchRecord record, long sequence, boolean endOfBatch) {
            handlers[Setup.subStreamOf(record, handlers.length)].handle(record);
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
