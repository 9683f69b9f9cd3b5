package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WaterFillingTest {
    @ParameterizedTest
    @CsvSource({
        "8 4 2 1, 1 1 1 1, 1, 0.5333 0.2667 0.1333 0.0667",
        "4 1 1 1 1, 1 1 1 1 1, 2, 0.5 0.125 0.125 0.125 0.125",
        "10 1, 1 1, 2, 0.5 0.5",
        "10 1 10, 1 1 1, 2, 0.4762 0.0476 0.4762",
        "6 3 1, 2 2 2, 4, 0.5 0.375 0.125",
        "100 10 1, 1 1 4, 4, 0.25 0.25 0.5",
        "7, 1, 4, 1",
        "1 1, 1 1, 8, 0.5 0.5"
    })
    void shouldGiveNobodyMoreThanItCanUseAndTheRestToTheOthersByWeight(
            String weights, String most, int workers, String shares) {
        assertArrayEquals(
                Arrays.stream(shares.split(" "))
                        .mapToDouble(Double::parseDouble)
                        .toArray(),
                WaterFilling.shares(
                        ints(weights),
                        Arrays.stream(ints(most)).asDoubleStream().toArray(),
                        workers),
                1e-4);
    }

    @Test
    void shouldFillSixteenAndFortyEightOfOneOnFourWorkers() {
        int[] weights = new int[49];
        Arrays.fill(weights, 1);
        weights[0] = 16;
        double[] most = new double[49];
        Arrays.fill(most, 1);
        double[] shares = new double[49];
        Arrays.fill(shares, 0.75 / 48);
        shares[0] = 0.25;
        assertArrayEquals(shares, WaterFilling.shares(weights, most, 4), 1e-9);
    }

    private static int[] ints(String text) {
        return Arrays.stream(text.split(" ")).mapToInt(Integer::parseInt).toArray();
    }
}
