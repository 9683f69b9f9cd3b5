package dev.braid.bench.report;

/** Which of the names of a report are Braid's. */
final class Marking {
    private Marking() {}

    /** Not a ratio of Braid to something else. */
    static boolean isBraid(String name) {
        return name.startsWith("braid") && !name.contains("/");
    }
}
