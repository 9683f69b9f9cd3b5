package dev.braid.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A batch that lies in reserve goes to a worker or back to the conductor, whole. */
@JCStressTest
@Outcome(id = "5, 0", expect = ACCEPTABLE, desc = "a worker has it")
@Outcome(id = "0, 5", expect = ACCEPTABLE, desc = "the conductor has it back")
@Outcome(id = "0, 0", expect = FORBIDDEN, desc = "nobody has it")
@Outcome(expect = FORBIDDEN, desc = "both have it, or a part of it")
@State
public class BatchInReserve {
    private final Exchange exchange = Parts.exchange();
    private final Batch batch = new Batch(0, 1);

    public BatchInReserve() {
        batch.clear(0);
        batch.add(0, 0, 5, 5);
        exchange.put(0, batch);
    }

    @Actor
    public void worker(II_Result result) {
        Batch taken = exchange.takeFirst();
        result.r1 = taken == null ? 0 : taken.records;
    }

    @Actor
    public void conductor(II_Result result) {
        Batch taken = exchange.take(0);
        result.r2 = taken == null ? 0 : taken.records;
    }
}
