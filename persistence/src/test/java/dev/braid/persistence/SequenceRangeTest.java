package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class SequenceRangeTest {
    @Test
    void shouldNameOneSequenceSeveralAndAnOpenEnd() {
        assertEquals("sequence 5", SequenceRange.of(5).toString());
        assertEquals("sequences 5 to 9", new SequenceRange(5, 9).toString());
        assertEquals("sequences from 5 on", SequenceRange.from(5).toString());
    }

    @Test
    void shouldCountAndContainBothEnds() {
        SequenceRange range = new SequenceRange(5, 9);
        assertEquals(5, range.count());
        assertTrue(range.contains(5) && range.contains(9));
        assertFalse(range.contains(4) || range.contains(10));
    }

    @Test
    void shouldNotCountWhatHasNoEnd() {
        SequenceRange range = SequenceRange.from(5);
        assertTrue(range.isOpen() && range.contains(Long.MAX_VALUE));
        assertEquals(
                "sequences from 5 on have no end",
                assertThrows(IllegalStateException.class, range::count).getMessage());
    }

    @Test
    void shouldRefuseWhatIsNoRange() {
        for (long[] bounds : new long[][] {{-1, 5}, {5, 4}}) {
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> new SequenceRange(bounds[0], bounds[1]));
            assertTrue(e.getMessage().contains(bounds[0] + " to " + bounds[1]), e.getMessage());
        }
    }

    @Test
    void shouldTakeMinusOneInTheFilesForUnknown() {
        assertEquals(Optional.empty(), SequenceRange.between(-1, -1));
        assertEquals(Optional.of(SequenceRange.from(5)), SequenceRange.between(5, -1));
        assertEquals(Optional.of(new SequenceRange(5, 9)), SequenceRange.between(5, 9));
    }
}
