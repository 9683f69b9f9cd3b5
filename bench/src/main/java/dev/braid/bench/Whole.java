package dev.braid.bench;

/** A spread without decimals, as results have it of figures that are large. */
record Whole(long min, long median, long max) {
    static Whole of(Spread spread) {
        return new Whole(Math.round(spread.min()), Math.round(spread.median()), Math.round(spread.max()));
    }
}
