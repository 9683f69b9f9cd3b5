package dev.braid.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IJ_Result;

/** Results come to the merge's thread with the low watermark that holds after the last of them. */
@JCStressTest
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "nothing yet")
@Outcome(id = "7, 70", expect = ACCEPTABLE, desc = "the first publication")
@Outcome(id = "789, 90", expect = ACCEPTABLE, desc = "both publications")
@Outcome(expect = FORBIDDEN, desc = "a cell, or a watermark, of nobody")
@State
public class ResultsToTheMerge {
    private final MergeQueue queue = new MergeQueue(4, Parts.thread(), Parts.thread());

    @Actor
    public void conductor() {
        queue.add(7);
        queue.publish(70);
        queue.add(8);
        queue.add(9);
        queue.publish(90);
    }

    @Actor
    public void merge(IJ_Result result) {
        long count = queue.begin();
        for (long i = 0; i < count; i++) {
            result.r1 = 10 * result.r1 + queue.take();
        }
        if (count > 0) {
            result.r2 = queue.end();
        }
    }
}
