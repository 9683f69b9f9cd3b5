package dev.braid.sample;

import dev.braid.engine.EngineClosedException;
import dev.braid.engine.HandlerGroup;
import dev.braid.engine.ThreadingMode;
import dev.braid.persistence.Braid;
import dev.braid.persistence.Durability;
import dev.braid.persistence.RecordCodec;
import dev.braid.persistence.StatefulHandler;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;

/**
 * A service of three tenants, each with an ingress of its own, so that none waits behind another. An order is a line of
 * standard input, {@code tenant account amount}; it is answered by a line of standard output once neither the end of the
 * process nor a loss of power can take its result.
 */
public final class OrderService {
    static final class Order {
        long account;
        long amount;
        long balance;
    }

    /** Of the accounts of one sub-stream. They come back after a restart. */
    static final class Balances implements StatefulHandler<Order> {
        private final Map<Long, Long> balances = new HashMap<>();

        @Override
        public void onEvent(Order order, long sequence, boolean endOfBatch) {
            order.balance = balances.merge(order.account, order.amount, Long::sum);
        }

        @Override
        public void onReplay(Order result, long sequence) {
            balances.put(result.account, result.balance);
        }

        @Override
        public int snapshot(MutableDirectBuffer buffer, int offset) {
            int end = offset;
            for (Map.Entry<Long, Long> account : balances.entrySet()) {
                buffer.putLong(end, account.getKey());
                buffer.putLong(end + 8, account.getValue());
                end += 16;
            }
            return end - offset;
        }

        @Override
        public void restore(DirectBuffer buffer, int offset, int length) {
            balances.clear();
            for (int i = offset; i < offset + length; i += 16) {
                balances.put(buffer.getLong(i), buffer.getLong(i + 8));
            }
        }
    }

    static final class OrderCodec implements RecordCodec<Order> {
        @Override
        public int encode(Order order, MutableDirectBuffer buffer, int offset) {
            buffer.putLong(offset, order.account);
            buffer.putLong(offset + 8, order.amount);
            buffer.putLong(offset + 16, order.balance);
            return 24;
        }

        @Override
        public void decode(Order order, DirectBuffer buffer, int offset, int length) {
            order.account = buffer.getLong(offset);
            order.amount = buffer.getLong(offset + 8);
            order.balance = buffer.getLong(offset + 16);
        }
    }

    private static HandlerGroup<Order> tenant(String name, int weight) {
        return HandlerGroup.named(name)
                .weight(weight)
                .<Order>subStreams(4, number -> new Balances())
                .ownIngress()
                .partitioner(order -> (int) (order.account & 3));
    }

    private static Braid<Order> open(Path dir) {
        return Braid.builder(dir, Order::new, new OrderCodec())
                .group(tenant("gold", 8))
                .group(tenant("silver", 3))
                .group(tenant("bronze", 1))
                .durability(Durability.DISK)
                .input(new OrderCodec())
                .states(states -> states.snapshotEvery(1_000))
                .results(results -> results.onDurable(
                        (sequence, subStream, outcome) -> System.out.println("done " + sequence + ' ' + outcome)))
                .engine(engine -> engine.threadingMode(ThreadingMode.INVOKER))
                .open();
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        Braid<Order> braid = open(Path.of(args[0]));
        AgentRunner runner =
                new AgentRunner(new BackoffIdleStrategy(), Throwable::printStackTrace, null, braid.agent());
        Runtime.getRuntime().addShutdownHook(new Thread(runner::close)); // SIGTERM: what is accepted is still done.
        AgentRunner.startOnThread(runner);
        if (!braid.awaitStarted(Duration.ofMinutes(1))) {
            throw new IOException("the service could not be started within a minute");
        }
        System.out.println("from " + braid.nextSequence());
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] fields = line.split(" ");
                braid.ingress(fields[0]).publish((order, sequence) -> {
                    order.account = Long.parseLong(fields[1]);
                    order.amount = Long.parseLong(fields[2]);
                });
            }
        } catch (EngineClosedException e) {
            return; // By SIGTERM: this order is not accepted, and who sent it gets no answer.
        }
        runner.close();
    }
}
