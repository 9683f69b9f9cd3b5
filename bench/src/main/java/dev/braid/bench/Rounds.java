package dev.braid.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The measurements of cases that take turns: in every round each case has one, so that changes of the machine affect all of them
 * alike. Turns that failed, or were not reached, are missing.
 *
 * @param <C> a case.
 * @param <M> the measurement of a turn.
 */
final class Rounds<C, M> {
    private final int count;
    private final Function<C, String> name;
    private final BenchSteps steps;
    private final Turn<C, M> turn;
    /** By round, {@code null} if a turn is missing. */
    private final Map<C, List<Told<M>>> measured = new LinkedHashMap<>();

    private HandOver handOver;

    /**
     * A measurement, and how quick the machine was.
     *
     * @param nsPerHop of a {@link HandOver} just before, {@link Double#NaN} if it was not asked for.
     */
    private record Told<M>(M measured, double nsPerHop) {}

    /** Measures a case once. */
    interface Turn<C, M> {
        M measure(C of) throws Exception;
    }

    Rounds(int count, Function<C, String> name, BenchSteps steps, Turn<C, M> turn) {
        this.count = count;
        this.name = name;
        this.steps = steps;
        this.turn = turn;
    }

    /** Measures before each turn how long cores take to hand over a cache line. */
    Rounds<C, M> with(HandOver before) {
        handOver = before;
        return this;
    }

    /** Runs all rounds in the given order. */
    Rounds<C, M> run(Collection<? extends C> cases) throws InterruptedException {
        for (int round = 0; round < count; round++) {
            run(round, cases);
        }
        return this;
    }

    /** Runs every other round backwards. */
    Rounds<C, M> runToAndFro(Collection<? extends C> cases) throws InterruptedException {
        List<C> order = new ArrayList<>(cases);
        cases.forEach(this::turns); // Results are in this order.
        for (int round = 0; round < count; round++) {
            run(round, order);
            Collections.reverse(order);
        }
        return this;
    }

    private void run(int round, Collection<? extends C> cases) throws InterruptedException {
        for (C each : cases) {
            String title = name.apply(each) + (count == 1 ? "" : ", round " + (round + 1) + " of " + count);
            steps.run(title, () -> measure(each))
                    .ifPresent(result -> turns(each).set(round, result));
        }
    }

    private Told<M> measure(C of) throws Exception {
        double nsPerHop = handOver == null ? Double.NaN : handOver.nsPerHop();
        return new Told<>(turn.measure(of), nsPerHop);
    }

    private List<Told<M>> turns(C of) {
        return measured.computeIfAbsent(of, key -> new ArrayList<>(Collections.nCopies(count, null)));
    }

    /** Returns the cases of which there is at least one turn. */
    List<C> cases() {
        return measured.keySet().stream().filter(each -> !of(each).isEmpty()).toList();
    }

    /** Returns the turns of a case that are there. */
    List<M> of(C of) {
        return told(of).map(Told::measured).toList();
    }

    private Stream<Told<M>> told(C of) {
        return turns(of).stream().filter(Objects::nonNull);
    }

    /** Returns the nanoseconds of a hop before the turns of a case that are there, if they were asked for. */
    double[] nsPerHop(C of) {
        return told(of).mapToDouble(Told::nsPerHop).toArray();
    }

    /** Returns figures of a case by round, as ratios need them: empty if a turn is missing. */
    List<double[]> figures(C of, Function<M, double[]> figures) {
        return turns(of).stream()
                .map(each -> each == null ? new double[0] : figures.apply(each.measured()))
                .toList();
    }

    /** Returns figures of all cases by round, by name. */
    Map<String, List<double[]>> figures(Function<M, double[]> figures) {
        Map<String, List<double[]>> all = new LinkedHashMap<>();
        cases().forEach(each -> all.put(name.apply(each), figures(each, figures)));
        return all;
    }
}
