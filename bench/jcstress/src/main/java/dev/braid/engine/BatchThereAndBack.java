package dev.braid.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A worker sees a batch as the conductor filled it, and the conductor sees what the worker wrote to it. */
@JCStressTest
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "not laid out yet")
@Outcome(id = "5, 0", expect = ACCEPTABLE, desc = "handled, and not back yet")
@Outcome(id = "5, 4", expect = ACCEPTABLE, desc = "handled, and back")
@Outcome(expect = FORBIDDEN, desc = "a part of it")
@State
public class BatchThereAndBack {
    private final Exchange exchange = Parts.exchange();
    private final Batch batch = new Batch(0, 1);

    @Actor
    public void conductor(II_Result result) {
        batch.clear(0);
        batch.add(0, 0, 5, 5);
        exchange.put(0, batch);
        Batch back = exchange.pollDone();
        result.r2 = back == null ? 0 : back.handled[0];
    }

    @Actor
    public void worker(II_Result result) {
        Batch taken = exchange.takeFirst();
        if (taken != null) {
            result.r1 = taken.records;
            taken.handled[0] = 4;
            exchange.giveBack(taken);
        }
    }
}
