package dev.braid.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Figures can be read without counting digits. */
class QuantityTest {
    @Test
    void shouldHaveTheUnitThatNeedsNoZeros() {
        assertEquals("1.48 s", Quantity.time(1_484_783_600));
        assertEquals("23.5 µs", Quantity.time(23_500));
        assertEquals("1.00 ms", Quantity.time(999_900), "rounded up to the next unit");
        assertEquals("40 ns", Quantity.time(40));
        assertEquals("0.25 ns", Quantity.time(0.25));
        assertEquals("50.3 M/s", Quantity.rate(50_300_000));
        assertEquals("930/s", Quantity.rate(930));
        assertEquals("3,600 s", Quantity.time(3.6e12));
    }

    @Test
    void shouldLeaveOutZerosOnAxes() {
        assertEquals("0", Quantity.mark("0 ns"));
        assertEquals("5 µs", Quantity.mark("5.00 µs"));
        assertEquals("2.5 M/s", Quantity.mark("2.50 M/s"));
        assertEquals("10 ms", Quantity.mark("10.0 ms"));
        assertEquals("100 ms", Quantity.mark("100 ms"));
    }
}
