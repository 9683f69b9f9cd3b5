package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

class PartitionersTest {
    @Test
    void shouldSpreadConsecutiveAndStridedNumbersEvenly() throws Exception {
        Partitioner<Long> partitioner = Partitioners.hashLong(key -> key, 10);
        for (long stride : new long[] {1, 1 << 10, 1L << 32, 1_000}) {
            int[] counts = new int[10];
            for (long i = 0; i < 100_000; i++) {
                counts[partitioner.subStreamOf(i * stride)]++;
            }
            for (int count : counts) {
                assertEquals(10_000, count, 500, "stride " + stride);
            }
        }
    }

    @Test
    void shouldNeverChangeTheSubStreamOfAKey() throws Exception {
        // Journals rely on these: a different answer after an update would mix up sub-streams.
        assertEquals(9, Partitioners.<String>hash(key -> key, 16).subStreamOf("EURUSD"));
        assertEquals(10, Partitioners.<Long>hashLong(key -> key, 16).subStreamOf(42L));
    }

    @Test
    void shouldHashIntoTheGivenRange() throws Exception {
        Partitioner<String> partitioner = Partitioners.hash(key -> key, 5, 3);
        boolean[] hit = new boolean[8];
        for (int i = 0; i < 100; i++) {
            hit[partitioner.subStreamOf("key" + i)] = true;
        }
        for (int i = 0; i < 8; i++) {
            assertEquals(i >= 5, hit[i], "sub-stream " + i);
        }
        assertThrows(IllegalArgumentException.class, () -> Partitioners.hash(key -> key, 0));
        assertThrows(IllegalArgumentException.class, () -> Partitioners.hash(key -> key, -1, 3));
        assertThrows(IllegalArgumentException.class, () -> partitioner.subStreamOf(null));
    }

    @Test
    void shouldPartitionByRange() throws Exception {
        Partitioner<Long> partitioner = Partitioners.range(key -> key, -10, 0, 7);
        long[] keys = {Long.MIN_VALUE, -11, -10, -1, 0, 6, 7, Long.MAX_VALUE};
        int[] expected = {0, 0, 1, 1, 2, 2, 3, 3};
        for (int i = 0; i < keys.length; i++) {
            assertEquals(expected[i], partitioner.subStreamOf(keys[i]), "key " + keys[i]);
        }
        assertEquals(0, Partitioners.<Long>range(key -> key).subStreamOf(5L));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> Partitioners.range((Long key) -> key, 1, 1))
                .getMessage()
                .contains("1 follows 1"));
    }

    @Test
    void shouldPartitionByExplicitKeysAndACatchAll() throws Exception {
        Map<String, Integer> keys = Map.of("a", 0, "b", 1, "c", 1);
        Partitioner<String> partitioner = Partitioners.keys(key -> key, keys, Partitioners.hash(key -> key, 2, 1));
        assertEquals(0, partitioner.subStreamOf("a"));
        assertEquals(1, partitioner.subStreamOf("c"));
        assertEquals(2, partitioner.subStreamOf("anything"));
        Partitioner<String> strict = Partitioners.keys(key -> key, keys);
        assertEquals(
                "no sub-stream for key 'x'",
                assertThrows(IllegalArgumentException.class, () -> strict.subStreamOf("x"))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> Partitioners.keys((String key) -> key, Map.of("a", -1)));
    }
}
