package dev.braid.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import com.lmax.disruptor.dsl.ProducerType;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** A publisher finds a free cell in a slot that was handed back, and not the record that has just been taken out of it. */
@JCStressTest
@Outcome(id = "0", expect = ACCEPTABLE, desc = "no room yet")
@Outcome(id = "1", expect = ACCEPTABLE, desc = "a free cell")
@Outcome(id = "2", expect = FORBIDDEN, desc = "a cell that is in flight")
@State
public class SlotsHandedBack {
    private final IngestRing<Parts.Slot> ring = Parts.ring(true, ProducerType.MULTI);
    private final Parts.Slot taken;

    public SlotsHandedBack() {
        long last = ring.tryClaim(ring.size(), 0);
        ring.publish(0, 0, last);
        ring.available();
        taken = ring.record(0);
    }

    @Actor
    public void conductor() {
        ring.take(0);
        ring.consume(0);
    }

    @Actor
    public void publisher(I_Result result) {
        long sequence = ring.tryClaim(1, 0);
        if (sequence != Ingress.NO_CAPACITY) {
            result.r1 = ring.record(sequence) == taken ? 2 : 1;
        }
    }
}
