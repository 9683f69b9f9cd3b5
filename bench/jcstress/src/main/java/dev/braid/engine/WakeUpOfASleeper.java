package dev.braid.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.lang.invoke.VarHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** A thread that is about to sleep sees the work, or the thread that brings it sees that the other is about to sleep. */
@JCStressTest
@Outcome(id = "true, true", expect = ACCEPTABLE, desc = "woken, and saw the work")
@Outcome(id = "true, false", expect = ACCEPTABLE, desc = "woken")
@Outcome(id = "false, true", expect = ACCEPTABLE, desc = "saw the work")
@Outcome(id = "false, false", expect = FORBIDDEN, desc = "the wake-up is lost")
@State
public class WakeUpOfASleeper {
    private final WakeUp wakeUp = new WakeUp();
    private boolean work;

    @Actor
    public void waker(ZZ_Result result) {
        work = true;
        VarHandle.fullFence();
        result.r1 = wakeUp.wakeAfterFence();
    }

    @Actor
    public void sleeper(ZZ_Result result) {
        wakeUp.announce();
        result.r2 = work;
    }
}
