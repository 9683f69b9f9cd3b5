package dev.braid.bench.peer;

import com.lmax.disruptor.Sequence;
import org.agrona.concurrent.IdleStrategy;

/** The common part of pipelines of queues: one thread that consumes, handles, and hands results to the sink. */
abstract class QueuePipeline implements Pipeline {
    final RecordSource source;
    final ResultSink sink;
    private final Sequence completed = new Sequence(0);
    private final IdleStrategy idle;
    private final Thread consumer = Consumers.newThread(this::run);
    private volatile boolean closing;

    QueuePipeline(Setup setup) {
        this.source = setup.source();
        this.sink = setup.sink();
        this.idle = setup.idle().strategy();
    }

    /** Starts the thread. To be called at the end of the constructor. */
    final void start() {
        consumer.start();
    }

    /** Hands available records, up to about a round, to the sink. Returns how many. */
    abstract int consume();

    private void run() {
        sink.onStart();
        long count = 0;
        boolean isLast = false;
        int some;
        while ((some = consume()) > 0 || !isLast) {
            if (some > 0) {
                sink.onBatchEnd();
                count += some;
                completed.set(count);
            }
            isLast = closing;
            idle.idle(some);
        }
        sink.close();
    }

    @Override
    public final long completed() {
        return completed.get();
    }

    @Override
    public final void close() {
        closing = true;
        boolean interrupted = false;
        while (consumer.isAlive()) {
            try {
                consumer.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
