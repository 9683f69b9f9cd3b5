package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class SequenceTrackerProperties {
    @Property(tries = 300)
    void shouldAgreeWithASet(@ForAll @Size(max = 300) List<@IntRange(max = 9_000) Integer> sequences) {
        SequenceTracker tracker = new SequenceTracker();
        TreeSet<Long> model = new TreeSet<>();
        for (long sequence : sequences) {
            assertEquals(model.add(sequence), tracker.add(sequence));
            long next = 0;
            while (model.contains(next)) {
                next++;
            }
            assertEquals(next, tracker.next());
            assertEquals(model.last(), tracker.highest());
            assertEquals(model.last() + 1 - model.size(), tracker.missing());
        }
    }

    @Property(tries = 300)
    void shouldGiveUpExactlyWhatIsMissing(
            @ForAll @Size(max = 200) List<@IntRange(max = 400) Integer> sequences,
            @ForAll @IntRange(max = 500) int upTo) {
        SequenceTracker tracker = new SequenceTracker();
        TreeSet<Long> missing = new TreeSet<>();
        for (long i = 0; i <= upTo; i++) {
            missing.add(i);
        }
        for (long sequence : sequences) {
            tracker.add(sequence);
            missing.remove(sequence);
        }
        List<Long> givenUp = new ArrayList<>();
        tracker.giveUpTo(upTo, range -> {
            for (long i = range.first(); i <= range.last(); i++) {
                givenUp.add(i);
            }
        });
        assertEquals(List.copyOf(missing), givenUp);
    }
}
