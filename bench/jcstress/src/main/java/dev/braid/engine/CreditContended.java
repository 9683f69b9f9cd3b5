package dev.braid.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Two publishers never get the same credit. */
@JCStressTest
@Outcome(
        id = {"true, false", "false, true"},
        expect = ACCEPTABLE,
        desc = "one of them")
@Outcome(expect = FORBIDDEN, desc = "both, or nobody")
@State
public class CreditContended {
    private final IngressCredit credit = new IngressCredit(1);

    @Actor
    public void one(ZZ_Result result) {
        result.r1 = credit.tryAcquire(1);
    }

    @Actor
    public void other(ZZ_Result result) {
        result.r2 = credit.tryAcquire(1);
    }
}
