package dev.braid.bench;

import dev.braid.persistence.JournalReader;
import dev.braid.persistence.ReadOrder;
import dev.braid.persistence.ResultHandler;
import dev.braid.persistence.StateRebuild;
import dev.braid.persistence.StatefulHandler;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/** Reads all results of a journal, in one of several ways. Run in a process of its own. */
final class ReplayFork {
    /** The number of results read at a time. */
    private static final int POLL_LIMIT = 4096;

    /** Selects what is done with a result. */
    enum Pass {
        /** Reads it: sequence, sub-stream, and the payload, as its codec decodes it. */
        READ,
        /** Reads it and updates the state of its sub-stream, by a loop made for nothing else. */
        UPDATE,
        /** Has {@link StateRebuild} do all that. */
        REPLAY
    }

    /** The task; warm-ups do not count. */
    record Task(String journal, Pass pass, Deposit.State state, long results, int warmups, int rounds) {}

    /** Results per second, by round. */
    record Answer(double[] resultsPerSecond) {}

    private static final double NS_PER_SECOND = 1e9;

    private ReplayFork() {}

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static StatefulHandler<Deposit>[] handlers(Deposit.State state) {
        StatefulHandler<Deposit>[] handlers = new StatefulHandler[Deposit.SUB_STREAMS];
        Arrays.setAll(handlers, state::handler);
        return handlers;
    }

    private static long read(Path journal) {
        Deposit deposit = new Deposit();
        long[] sum = {0, 0};
        poll(journal, (sequence, subStream, outcome, timeNs, buffer, offset, length) -> {
            Deposit.CODEC.decode(deposit, buffer, offset, length);
            sum[0] += sequence ^ subStream ^ deposit.account ^ deposit.balance;
            sum[1]++;
        });
        if (sum[0] == 0) {
            throw new IllegalStateException("nothing was read");
        }
        return sum[1];
    }

    private static long update(Path journal, StatefulHandler<Deposit>[] handlers) {
        Deposit deposit = new Deposit();
        long[] count = {0};
        poll(journal, (sequence, subStream, outcome, timeNs, buffer, offset, length) -> {
            Deposit.CODEC.decode(deposit, buffer, offset, length);
            try {
                handlers[subStream].onReplay(deposit, sequence);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            count[0]++;
        });
        return count[0];
    }

    private static void poll(Path journal, ResultHandler handler) {
        try (JournalReader reader = JournalReader.open(journal, ReadOrder.JOURNAL)) {
            while (reader.poll(handler, POLL_LIMIT) > 0) {
                // Continue.
            }
        }
    }

    private static long replay(Path journal, StatefulHandler<Deposit>[] handlers) {
        return new StateRebuild<>(journal, Deposit.CODEC, Deposit::new, subStream -> handlers[subStream])
                .run()
                .replayed();
    }

    public static void main(String[] args) throws IOException {
        Task task = Fork.task(args, Task.class);
        double[] resultsPerSecond = new double[task.rounds()];
        for (int round = -task.warmups(); round < task.rounds(); round++) {
            StatefulHandler<Deposit>[] handlers = handlers(task.state());
            Path journal = Path.of(task.journal());
            long startNs = System.nanoTime();
            long results =
                    switch (task.pass()) {
                        case READ -> read(journal);
                        case UPDATE -> update(journal, handlers);
                        case REPLAY -> replay(journal, handlers);
                    };
            if (results != task.results()) {
                throw new IllegalStateException(results + " results instead of " + task.results());
            }
            if (round >= 0) {
                resultsPerSecond[round] = results * NS_PER_SECOND / (System.nanoTime() - startNs);
            }
        }
        Fork.answer(args, new Answer(resultsPerSecond));
        System.exit(0); // Chronicle Queue keeps threads that do not end by themselves.
    }
}
