package dev.braid.sample;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.engine.Outcome;
import dev.braid.persistence.JournalReader;
import dev.braid.persistence.Journals;
import dev.braid.persistence.ProgressListener;
import dev.braid.persistence.ReadOrder;
import dev.braid.persistence.VerifyReport;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service as its own process, killed again and again, and asked to end. */
class OrderServiceTest {
    private static final List<String> TENANTS = List.of("gold", "silver", "bronze");
    private static final int KILLS = 2;
    private static final int ANSWERS = 500;
    private static final int TIMEOUT_S = 100;
    private static final int TERMINATED = 128 + 15;

    @TempDir
    Path dir;

    /** Up to which sequence orders are answered. */
    private long answered = -1;

    private static String tenant(long order) {
        return TENANTS.get((int) (order * 7 % TENANTS.size()));
    }

    private static long account(long order) {
        return order * 31 % 50;
    }

    private static long amount(long order) {
        return order % 9 - 3;
    }

    private Process start() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                Arrays.asList(System.getProperty("braid.jvm.flags").strip().split("\\s+")));
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx256m"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(OrderService.class.getName(), dir.toString()));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Sends orders from where the service goes on, until it is gone. */
    private static void send(Process service, long from) {
        Thread sender = new Thread(() -> {
            try (BufferedWriter orders = service.outputWriter()) {
                for (long order = from; ; order++) {
                    orders.write(tenant(order) + ' ' + account(order) + ' ' + amount(order) + '\n');
                }
            } catch (IOException e) {
                // It is gone.
            }
        });
        sender.setDaemon(true);
        sender.start();
    }

    /** Runs the service, ends it once it has answered often enough, and reads all that it has said. */
    private void run(boolean kill) throws Exception {
        Process service = start();
        CompletableFuture.delayedExecutor(TIMEOUT_S, TimeUnit.SECONDS).execute(service::destroyForcibly);
        int answers = 0;
        try (BufferedReader lines = service.inputReader()) {
            String first = lines.readLine();
            assertTrue(first != null && first.startsWith("done ") || first.startsWith("from "), "said first: " + first);
            for (String line = first; line != null; line = lines.readLine()) {
                String[] fields = line.split(" ");
                if (fields[0].equals("from")) {
                    long from = Long.parseLong(fields[1]);
                    assertTrue(from > answered, "goes on from " + from + ", but " + answered + " is answered");
                    send(service, from);
                } else if (fields.length == 3 && fields[2].equals(Outcome.PROCESSED.toString())) {
                    answered = Math.max(answered, Long.parseLong(fields[1]));
                    if (++answers == ANSWERS && kill) {
                        service.toHandle().destroyForcibly(); // What it has said can still be read.
                    } else if (answers == ANSWERS) {
                        service.toHandle().destroy();
                    }
                }
            }
            assertTrue(service.waitFor(TIMEOUT_S, TimeUnit.SECONDS), "not ended within " + TIMEOUT_S + " s");
        } finally {
            service.destroyForcibly();
        }
        assertTrue(answers >= ANSWERS, "only " + answers + " answers within " + TIMEOUT_S + " s");
        if (!kill) {
            assertEquals(TERMINATED, service.exitValue());
        }
    }

    /** Every order is there once, with the balance that all orders of its account before make. */
    private void check() {
        Map<String, Long> balances = new HashMap<>();
        OrderService.Order order = new OrderService.Order();
        OrderService.OrderCodec codec = new OrderService.OrderCodec();
        long[] next = {0};
        try (JournalReader reader = JournalReader.open(dir, ReadOrder.SEQUENCE)) {
            while (reader.poll(
                            (sequence, subStream, outcome, timeNs, buffer, offset, length) -> {
                                assertEquals(next[0]++, sequence);
                                assertEquals(Outcome.PROCESSED, outcome, "outcome of " + sequence);
                                codec.decode(order, buffer, offset, length);
                                assertEquals(account(sequence), order.account, "account of " + sequence);
                                assertEquals(amount(sequence), order.amount, "amount of " + sequence);
                                long balance = balances.merge(
                                        tenant(sequence) + account(sequence), amount(sequence), Long::sum);
                                assertEquals(balance, order.balance, "balance of " + sequence);
                            },
                            1_000)
                    > 0) {
                // Go on.
            }
        }
        assertTrue(next[0] > answered, "answered up to " + answered + ", but there are " + next[0]);
        VerifyReport report = Journals.verify(dir, ProgressListener.NONE);
        assertTrue(report.isGood(), report::toString);
    }

    @Test
    void shouldKeepWhatItAnsweredAndItsBalancesWheneverItIsKilled() throws Exception {
        for (int i = 0; i < KILLS; i++) {
            run(true);
        }
        run(false);
        check();
    }
}
