package dev.braid.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import com.lmax.disruptor.dsl.ProducerType;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** The conductor sees a record as its publisher filled it, and only when it is published. */
@JCStressTest
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "nothing is published yet")
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "one record")
@Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "both records")
@Outcome(expect = FORBIDDEN, desc = "a record that is not filled")
@State
public class RecordsThroughTheRing {
    private final IngestRing<Parts.Slot> ring = Parts.ring(false, ProducerType.MULTI);

    @Actor
    public void publisher() {
        publish(1);
        publish(2);
    }

    private void publish(int value) {
        long sequence = ring.tryClaim(1);
        ring.record(sequence).value = value;
        ring.publish(RingWaits.SHARED, sequence, sequence);
    }

    @Actor
    public void conductor(II_Result result) {
        long through = ring.available();
        if (through >= 0) {
            result.r1 = ring.record(0).value;
        }
        if (through >= 1) {
            result.r2 = ring.record(1).value;
        }
    }
}
