package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.braid.engine.Partitioner;
import dev.braid.engine.TestSeed;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A table has a value for every sub-stream that a journal can claim, and no array as long as the highest claim. */
class SubStreamTableTest {
    @RegisterExtension
    private final TestSeed seed = new TestSeed();

    private final SubStreamTable<String> table = new SubStreamTable<>();

    @ParameterizedTest
    @ValueSource(
            ints = {
                0,
                63,
                64,
                1000,
                SubStreamTable.MAX_ARRAY_LENGTH - 1,
                SubStreamTable.MAX_ARRAY_LENGTH,
                Integer.MAX_VALUE - 1,
                Integer.MAX_VALUE
            })
    void shouldFindTheValueOfThisSubStreamAlone(int subStream) {
        assertNull(table.get(subStream));
        table.put(subStream, "its own");
        assertEquals("its own", table.get(subStream));
        assertNull(table.get(subStream - 1));
        assertNull(table.get(subStream + 1), "the one after the last is below 0, and has none");
    }

    @ParameterizedTest
    @ValueSource(ints = {Partitioner.NO_SUB_STREAM, -2, Integer.MIN_VALUE})
    void shouldHaveNoValueWhereThereIsNoSubStream(int none) {
        assertNull(table.get(none));
        assertThrows(IllegalArgumentException.class, () -> table.put(none, "nobody's"));
    }

    @Test
    void shouldAgreeWithAMap() {
        SplittableRandom random = new SplittableRandom(seed.value());
        Map<Integer, String> expected = new HashMap<>();
        for (int i = 0; i < 10_000; i++) {
            int subStream = random.nextInt() >>> random.nextInt(1, Integer.SIZE);
            assertEquals(expected.get(subStream), table.get(subStream));
            table.put(subStream, "value " + i);
            expected.put(subStream, "value " + i);
        }
        expected.forEach((subStream, value) -> assertEquals(value, table.get(subStream)));
    }
}
