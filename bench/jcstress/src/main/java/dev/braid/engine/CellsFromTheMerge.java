package dev.braid.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A cell is free once it is merged, and not before: what the merge read of it is what the conductor had written. */
@JCStressTest
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "merged, and freed then or later")
@Outcome(expect = FORBIDDEN, desc = "freed while it is merged, or never")
@State
public class CellsFromTheMerge {
    private static final int CELL = 3;

    private final MergeQueue queue = new MergeQueue(4, Parts.thread(), Parts.thread());
    private int record = 1;

    public CellsFromTheMerge() {
        queue.add(CELL);
        queue.publish(0);
    }

    @Actor
    public void merge(II_Result result) {
        queue.begin();
        queue.take();
        result.r1 = record;
        queue.end();
    }

    @Actor
    public void conductor(II_Result result) {
        free(result);
    }

    @Arbiter
    public void conductorLater(II_Result result) {
        free(result);
    }

    private void free(II_Result result) {
        if (queue.pollMerged() == CELL) {
            record = 2; // It is used again.
            result.r2++;
        }
    }
}
