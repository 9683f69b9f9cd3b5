package dev.braid.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** The batch that goes on with an ended one is its worker's, or is withdrawn by the conductor: whole, and never both. */
@JCStressTest
@Outcome(id = "5, 0", expect = ACCEPTABLE, desc = "the worker goes on with it")
@Outcome(id = "0, 5", expect = ACCEPTABLE, desc = "the conductor takes it back")
@Outcome(expect = FORBIDDEN, desc = "nobody has it, or both, or a part of it")
@State
public class ChainOfLeases {
    private final Batch batch = new Batch(0, 1);
    private final Batch next = new Batch(1, 1);

    public ChainOfLeases() {
        batch.clear(0);
        batch.isBegun = true;
    }

    /** As {@link WorkerDispatcher} does it, with a weight that changes. */
    @Actor
    public void conductor(II_Result result) {
        next.clear(0);
        next.add(0, 0, 5, 5);
        batch.further.setRelease(next);
        result.r2 = records(batch.further.getAndSet(null));
    }

    /** As {@link Worker#end} does it. */
    @Actor
    public void worker(II_Result result) {
        Batch further = batch.further.getAcquire() != null ? batch.further.getAndSet(null) : null;
        result.r1 = records(further);
    }

    private static int records(Batch batch) {
        return batch == null ? 0 : batch.records;
    }
}
