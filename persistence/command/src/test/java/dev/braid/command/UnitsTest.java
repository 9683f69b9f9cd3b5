package dev.braid.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitsTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0 ns",
        "999, 999 ns",
        "1000, 1.00 us",
        "12345, 12.3 us",
        "999499, 999 us",
        "999500, 1.00 ms",
        "1484783600, 1.48 s",
        "99949999, 99.9 ms",
        "99950000, 100 ms",
        "7200000000000, 7200 s"
    })
    void shouldPrintTimesInThreeDigits(long ns, String text) {
        assertEquals(text, Units.time(ns));
    }
}
