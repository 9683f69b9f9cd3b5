package dev.braid.bench.peer;

import com.lmax.disruptor.EventHandler;
import com.lmax.disruptor.FatalExceptionHandler;
import com.lmax.disruptor.dsl.Disruptor;
import com.lmax.disruptor.dsl.ProducerType;

/**
 * A bare Disruptor diamond: a handler for each sub-stream, which skips the records of the others, and a joining one behind
 * them, which hands results to the sink.
 * <pre>
 *            ┌─▶ handler 0 ─┐
 *  publisher ├─▶    …       ├─▶ join
 *            └─▶ handler 7 ─┘
 * </pre>
 * Less than Braid: no weights, every handler looks at every record, and the slowest one holds up all others once the ring
 * is full. More: a thread for each handler.
 */
final class DisruptorDiamondPipeline implements Pipeline {
    private final Disruptor<BenchRecord> disruptor;
    private final RingPublisher publisher;

    DisruptorDiamondPipeline(Setup setup) {
        // Its threads outnumber the cores of small machines: what does not let go of its core holds up the others.
        Idle idle = setup.idle() == Idle.BUSY_SPIN ? Idle.YIELD : setup.idle();
        disruptor = new Disruptor<>(
                setup::newRecord, Setup.RING_SIZE, Consumers::newThread, ProducerType.SINGLE, idle.waitStrategy());
        disruptor.setDefaultExceptionHandler(new FatalExceptionHandler());
        int subStreams = setup.subStreams();
        Handler[] handlers = setup.handlers();
        @SuppressWarnings({"unchecked", "rawtypes"})
        EventHandler<BenchRecord>[] filters = new EventHandler[subStreams];
        for (int i = 0; i < subStreams; i++) {
            int subStream = i;
            Handler handler = handlers[i];
            filters[i] = (record, sequence, endOfBatch) -> {
                if (Setup.subStreamOf(record, subStreams) == subStream) {
                    handler.handle(record);
                }
            };
        }
        disruptor.handleEventsWith(filters).then(new Join(setup.sink()));
        publisher = new RingPublisher(disruptor.start(), setup, false);
    }

    private record Join(ResultSink sink) implements EventHandler<BenchRecord> {
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

    @Override
    public void publish(long first, int count) {
        publisher.publish(first, count);
    }

    @Override
    public long completed() {
        return disruptor.getRingBuffer().getMinimumGatingSequence() + 1;
    }

    @Override
    public void close() {
        disruptor.shutdown();
    }
}
