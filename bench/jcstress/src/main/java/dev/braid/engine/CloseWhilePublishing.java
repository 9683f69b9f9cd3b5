package dev.braid.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import com.lmax.disruptor.dsl.ProducerType;
import java.lang.invoke.VarHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A record that is published while the engine closes is accepted and taken, or refused and not taken. */
@JCStressTest
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "accepted, and taken")
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "refused, and not taken")
@Outcome(id = "1, 0", expect = FORBIDDEN, desc = "accepted, and lost")
@Outcome(id = "0, 1", expect = FORBIDDEN, desc = "refused, and taken")
@State
public class CloseWhilePublishing {
    private final IngestRing<Parts.Slot> ring = Parts.ring(false, ProducerType.MULTI);
    private final EngineLifecycle lifecycle = Parts.startedLifecycle();

    /** As {@link Ingress} does it. */
    @Actor
    public void publisher(II_Result result) {
        try {
            if (lifecycle.mayPublish(false)) {
                long sequence = ring.tryClaim(1);
                ring.publish(RingWaits.SHARED, sequence, sequence);
                VarHandle.fullFence();
                lifecycle.checkAccepted(sequence);
                result.r1 = 1;
            }
        } catch (EngineClosedException e) {
            result.r1 = 0;
        }
    }

    /** Closes the engine, and then does what the conductor does until it is drained. */
    @Actor
    public void conductor(II_Result result) {
        lifecycle.beginClose(ring);
        long consumed = ring.consumed();
        do {
            long end = Math.min(ring.available(), lifecycle.takeThrough());
            if (end > consumed) {
                ring.take(end);
                ring.consume(end);
                consumed = end;
                result.r2++;
            }
        } while (!lifecycle.seal(consumed));
    }
}
