package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The window of sequences in flight, against a sorted map. */
class WindowProperties {
    private static final int STEPS = 3_000;

    @Property(tries = 300)
    void shouldKnowTheLowWatermarkHoweverFarSequencesAreOvertaken(
            @ForAll @IntRange(min = 1, max = 300) int capacity,
            @ForAll @IntRange(min = 0, max = 1_000) int first,
            @ForAll @IntRange(min = 1, max = 100) int favourNew,
            @ForAll long seed) {
        Random random = new Random(seed);
        SequenceWindow window = new SequenceWindow(capacity, false, first);
        TreeMap<Long, Integer> blocks = new TreeMap<>();
        List<Long> present = new ArrayList<>();
        long next = first;
        for (int step = 0; step < STEPS; step++) {
            if (present.size() < capacity && (present.isEmpty() || random.nextBoolean())) {
                long last = lastOfRun(next, capacity - present.size(), random);
                int block = window.begin(next);
                window.add(block, next, last);
                for (; next <= last; next++) {
                    blocks.put(next, block);
                    present.add(next);
                }
            } else {
                // Mostly one that came lately, so that old ones stay.
                int at = Math.max(0, present.size() - 1 - random.nextInt(favourNew));
                long leaves = present.remove(random.nextInt(50) == 0 ? random.nextInt(present.size()) : at);
                window.remove(blocks.remove(leaves), leaves);
            }
            assertEquals(blocks.isEmpty() ? next - 1 : blocks.firstKey() - 1, window.lowWatermark());
            assertEquals(blocks.isEmpty(), window.isEmpty());
        }
    }

    @Property(tries = 300)
    void shouldGiveCellsInSequenceOrderOnceTheyAreComplete(
            @ForAll @IntRange(min = 1, max = 300) int capacity,
            @ForAll @IntRange(min = 0, max = 1_000) int first,
            @ForAll long seed) {
        Random random = new Random(seed);
        SequenceWindow window = new SequenceWindow(capacity, true, first);
        TreeMap<Long, Integer> blocks = new TreeMap<>();
        List<Long> open = new ArrayList<>();
        long next = first;
        long left = first;
        for (int step = 0; step < STEPS; step++) {
            if (blocks.size() < capacity && (open.isEmpty() || random.nextBoolean())) {
                long last = lastOfRun(next, capacity - blocks.size(), random);
                int block = window.begin(next);
                for (long sequence = next; sequence <= last; sequence++) {
                    window.put(block, sequence, cellOf(sequence));
                }
                window.add(block, next, last);
                for (; next <= last; next++) {
                    blocks.put(next, block);
                    open.add(next);
                }
            } else {
                long done = open.remove(random.nextInt(open.size()));
                window.complete(blocks.get(done), done);
                int cell;
                while ((cell = window.firstIfComplete()) != Cell.NONE) {
                    assertEquals(cellOf(left), cell);
                    assertTrue(!open.contains(left), left + " is not complete");
                    window.remove(blocks.remove(left), left);
                    left++;
                }
                assertTrue(blocks.isEmpty() || open.contains(left), left + " is complete");
            }
            assertEquals(left - 1, window.lowWatermark());
        }
    }

    /** Of one record, mostly, and within a block. */
    private static long lastOfRun(long first, int room, Random random) {
        int most = random.nextInt(4) == 0 ? room : 1;
        return Math.min(first | 63, first + random.nextInt(most));
    }

    private static int cellOf(long sequence) {
        return (int) (sequence * 7919 % 100_003);
    }
}
