package dev.braid.bench.peer;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.ipc.FairCallQueue;
import org.apache.hadoop.ipc.Schedulable;
import org.apache.hadoop.ipc.WeightedRoundRobinMultiplexer;
import org.apache.hadoop.security.UserGroupInformation;

/**
 * Hadoop's call queue, which keeps one tenant of a server from starving the others: a level for each sub-stream, and its
 * weighted round robin over the levels.
 * <p>
 * Less than Braid: shares are of records and never of time, fixed by configuration, no low watermark, and a handler's
 * exception ends the process. More: any number of publishers and consumers. Hadoop's servers put calls on a lower level
 * where the own one is full, which would break the order of a sub-stream: here the publisher waits.
 */
final class FairCallQueuePipeline extends QueuePipeline {
    private static final String NAMESPACE = "ipc";

    private final FairCallQueue<Call> queue;
    private final RecycledRecords<Call>[] calls;
    private final int mask;
    private final Handler[] handlers;

    private record Call(int level, BenchRecord record) implements Schedulable {
        @Override
        public UserGroupInformation getUserGroupInformation() {
            return null; // Only for schedulers that assign levels by user.
        }

        @Override
        public int getPriorityLevel() {
            return level;
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    FairCallQueuePipeline(Setup setup) {
        super(setup);
        int levels = setup.subStreams();
        Configuration configuration = new Configuration(false);
        configuration.set(
                NAMESPACE + "." + WeightedRoundRobinMultiplexer.IPC_CALLQUEUE_WRRMUX_WEIGHTS_KEY,
                Arrays.stream(setup.quanta()).mapToObj(Integer::toString).collect(Collectors.joining(",")));
        this.queue = new FairCallQueue<>(levels, Setup.QUEUED, NAMESPACE, configuration);
        this.mask = levels - 1;
        this.calls = new RecycledRecords[levels];
        Arrays.setAll(
                calls, level -> new RecycledRecords<>(Setup.QUEUED / levels, () -> new Call(level, setup.newRecord())));
        this.handlers = setup.handlers();
        start();
    }

    @Override
    public void publish(long first, int count) {
        for (long number = first; number < first + count; number++) {
            Call call = calls[(int) source.keyOf(number) & mask].next();
            source.fill(call.record(), number);
            offer(call);
        }
    }

    private void offer(Call call) {
        try {
            while (!queue.offer(call, 1, TimeUnit.SECONDS)) {
                Thread.onSpinWait();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while publishing", e);
        }
    }

    @Override
    int consume() {
        int count = 0;
        Call call;
        while (count < Setup.ROUND && (call = queue.poll()) != null) {
            handlers[call.level()].handle(call.record());
            sink.onResult(call.record());
            count++;
        }
        return count;
    }
}
