package dev.braid.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Released credit is taken once: by the publisher that looks while it is released, or by the next one. */
@JCStressTest
@Outcome(id = "true, false", expect = ACCEPTABLE, desc = "taken at once")
@Outcome(id = "false, true", expect = ACCEPTABLE, desc = "taken later")
@Outcome(id = "true, true", expect = FORBIDDEN, desc = "taken twice")
@Outcome(id = "false, false", expect = FORBIDDEN, desc = "lost")
@State
public class CreditReleased {
    private final IngressCredit credit = new IngressCredit(1);

    public CreditReleased() {
        credit.tryAcquire(1);
    }

    @Actor
    public void conductor() {
        credit.release(1);
        credit.publish(0);
    }

    @Actor
    public void publisher(ZZ_Result result) {
        result.r1 = credit.tryAcquire(1);
    }

    @Arbiter
    public void nextPublisher(ZZ_Result result) {
        result.r2 = credit.tryAcquire(1);
    }
}
