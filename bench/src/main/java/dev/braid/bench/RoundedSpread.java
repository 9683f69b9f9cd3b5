package dev.braid.bench;

/** A spread without decimals, for figures that are large. */
record RoundedSpread(long min, long median, long max) {
    static RoundedSpread of(Spread spread) {
        return new RoundedSpread(Math.round(spread.min()), Math.round(spread.median()), Math.round(spread.max()));
    }
}
