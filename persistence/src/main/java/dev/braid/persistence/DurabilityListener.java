package dev.braid.persistence;

/** Is told what is acknowledged. See {@link DurableResultListener} for one that is told of each result. */
@FunctionalInterface
public interface DurabilityListener {
    /**
     * Every sequence up to this one has its result in the journal, and it survives what the journal's {@link Durability}
     * says. Called once for many sequences, in ascending order: at {@link Durability#PROCESS} on the engine's thread that
     * merges, at {@link Durability#DISK} on the journal's thread that forces, and nothing is forced until it returns.
     *
     * @param sequence last sequence that is acknowledged.
     * @throws Exception to stop the journal, and the engine with it. The listener is not called any more then.
     */
    void onDurable(long sequence) throws Exception;
}
