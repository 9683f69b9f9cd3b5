package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Groups whose description says how records reach them; jobs have a group's name and a key. */
class DescribedGroupsTest {
    private static final class Order {
        private String group;
        private int key;
        private int failures;

        private void fill(String group, int key) {
            this.group = group;
            this.key = key;
            this.failures = 0;
        }
    }

    /** By group and number within it: the keys that its handler has seen. */
    private final Map<String, List<Integer>> handled = new TreeMap<>();

    private final List<String> failed = new ArrayList<>();

    private HandlerGroup<Order> group(String name, int subStreams) {
        return HandlerGroup.named(name)
                .weight(1)
                .subStreams(
                        subStreams,
                        id -> (order, sequence, end) -> handled.computeIfAbsent(name + " " + id, k -> new ArrayList<>())
                                .add(order.key));
    }

    private EngineBuilder<Order> builder(List<HandlerGroup<Order>> groups) {
        return BraidEngine.<Order>builder(Order::new)
                .threadingMode(ThreadingMode.INVOKER)
                .onError(t -> {})
                .onWarning(warning -> {})
                .merge((order, sequence, subStream, outcome, cause) -> {
                    if (outcome == Outcome.FAILED) {
                        failed.add(String.valueOf(cause.getMessage()));
                    }
                })
                .groups(groups);
    }

    private static void publish(Ingress<Order> ingress, String group, int key) {
        ingress.publish((order, sequence) -> order.fill(group, key));
    }

    private Map<String, List<Integer>> handledThroughTheSharedIngress(List<HandlerGroup<Order>> groups) {
        handled.clear();
        EngineBuilder<Order> builder =
                builder(groups).partitioner(Partitioners.groupedLong(groups, order -> order.group, order -> order.key));
        try (BraidEngine<Order> engine = builder.start()) {
            for (int key = 0; key < 40; key++) {
                publish(engine.ingress(), key % 4 == 0 ? "gold" : "bronze", key);
            }
        }
        return Map.copyOf(handled);
    }

    @Test
    void shouldMisrouteNothingWhenAGroupIsAddedInFront() {
        Map<String, List<Integer>> before =
                handledThroughTheSharedIngress(List.of(group("gold", 2), group("bronze", 3)));
        Map<String, List<Integer>> after =
                handledThroughTheSharedIngress(List.of(group("new", 4), group("gold", 2), group("bronze", 3)));

        assertEquals(5, before.size(), before::toString);
        assertEquals(before, after);
        assertEquals(List.of(), failed);
    }

    @Test
    void shouldMisrouteNothingOfOwnIngressesWhenAGroupIsAddedInFront() {
        HandlerGroup<Order> gold = group("gold", 2).ownIngress().partitioner(order -> order.key & 1);
        HandlerGroup<Order> bronze = group("bronze", 3).ownIngress().partitioner(order -> order.key % 3);
        HandlerGroup<Order> single = group("single", 1).ownIngress();
        Map<String, List<Integer>> before = handledThroughOwnIngresses(List.of(gold, bronze, single));
        Map<String, List<Integer>> after = handledThroughOwnIngresses(
                List.of(group("new", 4).ownIngress().partitioner(order -> 0), gold, bronze, single));

        assertEquals(List.of(0, 2, 4), before.get("gold 0"));
        assertEquals(List.of(2, 5), before.get("bronze 2"));
        assertEquals(List.of(0, 1, 2, 3, 4, 5), before.get("single 0"));
        assertEquals(before, after);
        assertEquals(List.of(), failed);
    }

    private Map<String, List<Integer>> handledThroughOwnIngresses(List<HandlerGroup<Order>> groups) {
        handled.clear();
        try (BraidEngine<Order> engine = builder(groups).start()) {
            for (int key = 0; key < 6; key++) {
                for (String name : List.of("gold", "bronze", "single")) {
                    publish(engine.ingress(name), name, key);
                }
            }
        }
        return Map.copyOf(handled);
    }

    @Test
    void shouldNameTheGroupThatThereIsNot() {
        List<HandlerGroup<Order>> groups = List.of(group("gold", 2), group("bronze", 3));
        EngineBuilder<Order> builder =
                builder(groups).partitioner(Partitioners.grouped(groups, order -> order.group, order -> order.key));
        try (BraidEngine<Order> engine = builder.start()) {
            publish(engine.ingress(), "silver", 1);
            publish(engine.ingress(), null, 2);
            publish(engine.ingress(), "gold", 3);
        }
        assertEquals(2, failed.size());
        assertTrue(failed.get(0).contains("no group 'silver'"), failed::toString);
        assertTrue(failed.get(1).contains("no group 'null'"), failed::toString);
        assertEquals(1, handled.size());
    }

    @Test
    void shouldNameTheAnswerThatIsOutOfAGroupsRange() {
        HandlerGroup<Order> gold = group("gold", 2).ownIngress().partitioner(order -> order.key);
        try (BraidEngine<Order> engine =
                builder(List.of(group("first", 1).ownIngress(), gold)).start()) {
            publish(engine.ingress("gold"), "gold", 2);
            publish(engine.ingress("gold"), "gold", -1);
            publish(engine.ingress("gold"), "gold", 1);
        }
        assertEquals(
                List.of(
                        "the partitioner of group 'gold' answered 2, but its sub-streams are 0 to 1",
                        "the partitioner of group 'gold' answered -1, but its sub-streams are 0 to 1"),
                failed);
        assertEquals(Map.of("gold 1", List.of(1)), handled);
    }

    @Test
    void shouldAskAGroupsOwnPartitionerForTheSharedIngressToo() {
        List<HandlerGroup<Order>> groups =
                List.of(group("first", 1), group("gold", 3).partitioner(order -> order.key % 3));
        EngineBuilder<Order> builder = builder(groups).partitioner(Partitioners.grouped(groups, order -> order.group));
        try (BraidEngine<Order> engine = builder.start()) {
            publish(engine.ingress(), "gold", 5);
            publish(engine.ingress(), "first", 7);
        }
        assertEquals(Map.of("gold 2", List.of(5), "first 0", List.of(7)), handled);
    }

    @Test
    void shouldFollowTheErrorPolicyOfTheGroup() {
        HandlerGroup<Order> retrying = HandlerGroup.named("retrying")
                .weight(1)
                .<Order>subStreams(1, id -> (order, sequence, end) -> {
                    if (order.failures++ < 2) {
                        throw new IllegalStateException("unlucky");
                    }
                })
                .ownIngress()
                .errorPolicy(ErrorPolicy.HALT.afterRetries(2, Duration.ZERO));
        HandlerGroup<Order> skipping = HandlerGroup.named("skipping")
                .weight(1)
                .<Order>subStreams(1, id -> (order, sequence, end) -> {
                    throw new IllegalStateException("skipped");
                })
                .ownIngress()
                .errorPolicy(ErrorPolicy.SKIP);
        HandlerGroup<Order> halting = HandlerGroup.named("halting")
                .weight(1)
                .<Order>subStreams(1, id -> (order, sequence, end) -> {
                    throw new IllegalStateException("halted");
                })
                .ownIngress();
        BraidEngine<Order> engine =
                builder(List.of(retrying, skipping, halting)).start();
        publish(engine.ingress("retrying"), "retrying", 1);
        publish(engine.ingress("skipping"), "skipping", 2);
        while (engine.invoke() > 0) {
            Thread.onSpinWait();
        }
        assertEquals(List.of("skipped"), failed);
        assertEquals(1, engine.stats().groups().get(0).processed());

        publish(engine.ingress("halting"), "halting", 3);
        EngineHaltedException e = assertThrows(EngineHaltedException.class, engine::close);
        assertTrue(e.getMessage().contains("halted"), e.getMessage());
    }

    @Test
    void shouldNameWhatIsWiredWrong() {
        HandlerGroup<Order> gold = group("gold", 2);
        HandlerGroup<Order> bronze = group("bronze", 2);
        assertRefused("of group 'gold': HandlerGroup.partitioner", builder(List.of(gold.ownIngress())));
        assertRefused(
                "group 'bronze' has no ingress of its own",
                builder(List.of(gold.ownIngress().partitioner(order -> 0), bronze)));
        assertRefused(
                "group 'gold' has a partitioner that is never asked: it needs HandlerGroup.ownIngress()",
                builder(List.of(gold.partitioner(order -> 0), bronze)).partitioner(order -> 0));
        List<HandlerGroup<Order>> other = List.of(bronze, gold);
        assertRefused(
                "the partitioner is for the groups ['bronze' of 2 sub-streams, 'gold' of 2 sub-streams], but the engine has"
                        + " ['gold' of 2 sub-streams, 'bronze' of 2 sub-streams]",
                builder(List.of(gold, bronze))
                        .partitioner(Partitioners.grouped(other, order -> order.group, order -> order.key)));
        String twice = assertThrows(
                        IllegalArgumentException.class,
                        () -> Partitioners.grouped(List.of(gold, gold), order -> order.group, order -> order.key))
                .getMessage();
        assertEquals("two groups have the name 'gold'", twice);
    }

    private static void assertRefused(String message, EngineBuilder<Order> builder) {
        String found = assertThrows(RuntimeException.class, builder::build).getMessage();
        assertTrue(found.contains(message), found);
    }

    @Test
    void shouldNameTheIngressThatThereIsNot() {
        HandlerGroup<Order> gold = group("gold", 2).ownIngress().partitioner(order -> 0);
        try (BraidEngine<Order> engine = builder(List.of(gold)).build()) {
            String shared =
                    assertThrows(IllegalStateException.class, engine::ingress).getMessage();
            assertTrue(shared.contains("EngineBuilder.partitioner") && shared.contains("gold"), shared);
        }
        try (BraidEngine<Order> engine =
                builder(List.of(group("gold", 2))).partitioner(order -> 0).build()) {
            String own = assertThrows(IllegalStateException.class, () -> engine.ingress("gold"))
                    .getMessage();
            assertTrue(own.contains("group 'gold'") && own.contains("HandlerGroup.ownIngress()"), own);
        }
    }
}
