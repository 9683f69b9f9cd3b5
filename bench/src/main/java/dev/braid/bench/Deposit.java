package dev.braid.bench;

import dev.braid.persistence.RecordCodec;
import dev.braid.persistence.StatefulHandler;
import java.util.function.IntFunction;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.collections.Long2LongHashMap;

/** The record of the benchmarks of restarts: a deposit to an account, and the account's balance after it. */
final class Deposit {
    static final int SUB_STREAMS = 64;
    static final int ACCOUNTS = 100_000;

    private static final int PER_SUB_STREAM = (ACCOUNTS + SUB_STREAMS - 1) / SUB_STREAMS;

    long account;
    long balance;

    int subStream() {
        return (int) (account % SUB_STREAMS);
    }

    static final RecordCodec<Deposit> CODEC = new RecordCodec<>() {
        @Override
        public int encode(Deposit deposit, MutableDirectBuffer buffer, int offset) {
            buffer.putLong(offset, deposit.account);
            buffer.putLong(offset + Long.BYTES, deposit.balance);
            return 2 * Long.BYTES;
        }

        @Override
        public void decode(Deposit deposit, DirectBuffer buffer, int offset, int length) {
            deposit.account = buffer.getLong(offset);
            deposit.balance = buffer.getLong(offset + Long.BYTES);
        }
    };

    /** Selects how the handlers of sub-streams keep their balances. */
    enum State {
        /** In an array, for account numbers without gaps. */
        ARRAYS(subStream -> new InArray()),
        /** In a hash map of longs. */
        MAPS(subStream -> new InMap());

        private final IntFunction<StatefulHandler<Deposit>> handlers;

        State(IntFunction<StatefulHandler<Deposit>> handlers) {
            this.handlers = handlers;
        }

        StatefulHandler<Deposit> handler(int subStream) {
            return handlers.apply(subStream);
        }
    }

    private static final class InArray implements StatefulHandler<Deposit> {
        private final long[] balances = new long[PER_SUB_STREAM];

        @Override
        public void onEvent(Deposit deposit, long sequence, boolean endOfBatch) {
            deposit.balance = ++balances[(int) (deposit.account / SUB_STREAMS)];
        }

        @Override
        public void onReplay(Deposit deposit, long sequence) {
            balances[(int) (deposit.account / SUB_STREAMS)] = deposit.balance;
        }

        @Override
        public int snapshot(MutableDirectBuffer buffer, int offset) {
            for (int i = 0; i < balances.length; i++) {
                buffer.putLong(offset + i * Long.BYTES, balances[i]);
            }
            return balances.length * Long.BYTES;
        }

        @Override
        public void restore(DirectBuffer buffer, int offset, int length) {
            for (int i = 0; i < balances.length; i++) {
                balances[i] = buffer.getLong(offset + i * Long.BYTES);
            }
        }
    }

    private static final class InMap implements StatefulHandler<Deposit> {
        private final Long2LongHashMap balances = new Long2LongHashMap(0);

        @Override
        public void onEvent(Deposit deposit, long sequence, boolean endOfBatch) {
            deposit.balance = balances.get(deposit.account) + 1;
            balances.put(deposit.account, deposit.balance);
        }

        @Override
        public void onReplay(Deposit deposit, long sequence) {
            balances.put(deposit.account, deposit.balance);
        }

        @Override
        public int snapshot(MutableDirectBuffer buffer, int offset) {
            int[] end = {offset};
            balances.forEachLong((account, balance) -> {
                buffer.putLong(end[0], account);
                buffer.putLong(end[0] + Long.BYTES, balance);
                end[0] += 2 * Long.BYTES;
            });
            return end[0] - offset;
        }

        @Override
        public void restore(DirectBuffer buffer, int offset, int length) {
            balances.clear();
            for (int at = offset; at < offset + length; at += 2 * Long.BYTES) {
                balances.put(buffer.getLong(at), buffer.getLong(at + Long.BYTES));
            }
        }
    }
}
