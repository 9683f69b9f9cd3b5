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

    /** Returns the number of busy threads: the publisher's, one for each sub-stream, and the join's. */
    static int threads(int subStreams) {
        return 1 + subStreams + 1;
    }

    DisruptorDiamondPipeline(Setup setup) {
        int subStreams = setup.subStreams();
        disruptor = new Disruptor<>(
                setup::newRecord,
                Setup.RING_SIZE,
                Consumers::newThread,
                ProducerType.SINGLE,
                setup.idle().among(threads(subStreams)).waitStrategy());
        disruptor.setDefaultExceptionHandler(new FatalExceptionHandler());
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
        disruptor.handleEventsWith(filters).then(new SinkHandler(setup.sink()));
        publisher = new RingPublisher(disruptor.start(), setup, threads(subStreams));
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
