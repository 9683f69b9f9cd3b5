package dev.braid.persistence;

/**
 * What {@link Journals#compare} found.
 *
 * @param same       how many results, from the first one on, are the same in both journals.
 * @param difference the first one, {@code null} if all results are the same.
 */
public record ComparisonReport(long same, Difference difference) {
    /**
     * Whether both journals have the same results.
     *
     * @return {@code true} if there is no difference.
     */
    public boolean isSame() {
        return difference == null;
    }

    /**
     * Where two journals differ.
     *
     * @param position      how many results come before, in the order that was compared.
     * @param firstSequence sequence of the result that the first journal has there, -1 if it ends.
     * @param otherSequence sequence of the result that the other journal has there, -1 if it ends.
     * @param message       what both have, in one sentence.
     */
    public record Difference(long position, long firstSequence, long otherSequence, String message) {}
}
