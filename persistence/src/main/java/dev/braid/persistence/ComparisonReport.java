package dev.braid.persistence;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What {@link Journals#compare} found.
 *
 * @param same       number of results, from the first one on, that both journals have.
 * @param difference the first one, empty if all results are the same.
 */
public record ComparisonReport(long same, Optional<Difference> difference) {
    /**
     * Tells whether both journals have the same results.
     *
     * @return {@code true} if there is no difference.
     */
    public boolean isSame() {
        return difference.isEmpty();
    }

    /**
     * Place where two journals differ.
     *
     * @param position      number of results before, in the order that was compared.
     * @param firstSequence sequence of the result that the first journal has there, empty if it ends.
     * @param otherSequence sequence of the result that the other journal has there, empty if it ends.
     * @param message       what both have, in one sentence.
     */
    public record Difference(long position, OptionalLong firstSequence, OptionalLong otherSequence, String message) {}
}
