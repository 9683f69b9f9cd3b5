package dev.braid.persistence;

/**
 * What a manifest says is a claim, though its checksum be right: nothing is counted, looped over or allocated by it before it
 * was found here to be possible. Whether it is true as well, the segments tell.
 */
final class ManifestClaims {
    private static final long MAX_LENGTH = (long) FrameLayout.MAX_FRAMES * FrameLayout.MAX_FRAME_LENGTH;

    private String contradiction;

    private ManifestClaims() {}

    /** The first field that cannot be, with its value; {@code null} if all can. */
    static String contradiction(Manifest manifest) {
        ManifestClaims claims = new ManifestClaims();
        claims.check(manifest);
        return claims.contradiction;
    }

    private void check(Manifest manifest) {
        long count = manifest.sealed().size();
        in("the journal's id", manifest.journal(), 1, Integer.MAX_VALUE);
        in("the first sequence", manifest.firstSequence(), 0, FrameLayout.MAX_SEQUENCE);
        in("the lowest sequence that recovery needs", manifest.needed(), 0, Long.MAX_VALUE);
        in("the first segment", manifest.firstSegment(), 0, FrameLayout.MAX_SEGMENT);
        in(
                "the highest segment that was begun",
                manifest.begun(),
                manifest.firstSegment() + count - 1,
                FrameLayout.MAX_SEGMENT);
        in("the epoch of the writer", manifest.epoch(), 0, FrameLayout.MAX_EPOCH);
        check(manifest.journal(), manifest.binding());
        long results = 0;
        SealedSegment before = null;
        for (SealedSegment sealed : manifest.sealed()) {
            check(sealed);
            results += sealed.results();
            String of = " of segment " + sealed.number();
            in(
                    "the low watermark" + of,
                    sealed.lowWatermark(),
                    before == null ? -1 : before.lowWatermark(),
                    // Every sequence up to it has a result of its own.
                    Math.min(sealed.highestSequence(), manifest.firstSequence() - 1 + results));
            in(
                    "the highest sequence" + of,
                    sealed.highestSequence(),
                    before == null ? -1 : before.highestSequence(),
                    FrameLayout.MAX_SEQUENCE);
            before = sealed;
        }
    }

    /** An input journal has an id and a place of its own: one without a place would be looked for in the journal's own folder. */
    private void check(int journal, InputBinding binding) {
        in("the id of the input journal", binding.input(), 0, binding.path().isEmpty() ? 0 : Integer.MAX_VALUE);
        in("the id of the journal of results", binding.results(), 0, Integer.MAX_VALUE);
        in("the id by which it was known", binding.formerly(), 0, Integer.MAX_VALUE);
        if (contradiction == null && binding.input() == journal) {
            contradiction = "the id of the input journal is its own, " + journal;
        }
    }

    private void check(SealedSegment sealed) {
        String of = " of segment " + sealed.number();
        in("the number of frames" + of, sealed.frames(), 1, FrameLayout.MAX_FRAMES);
        in("the end of the frames" + of, sealed.fileLength(), 1, MAX_LENGTH);
        in("the length of the frames" + of, sealed.frameBytes(), 1, sealed.fileLength());
        in("the number of results" + of, sealed.results(), 0, sealed.frameBytes() / FrameLayout.RESULT_HEADER_LENGTH);
        OutcomeCounts outcomes = sealed.outcomes();
        in("the number of FAILED results" + of, outcomes.failed(), 0, sealed.results());
        in("the number of SHED results" + of, outcomes.shed(), 0, sealed.results());
        in("the number of LOST results" + of, outcomes.lost(), 0, sealed.results());
        long processed = sealed.results() - outcomes.failed() - outcomes.shed() - outcomes.lost();
        in("the number of PROCESSED results" + of, outcomes.processed(), Math.max(0, processed), processed);
        boolean isEmpty = sealed.results() == 0;
        in(
                "the highest sequence of the results" + of,
                sealed.highestResult(),
                isEmpty ? -1 : 0,
                isEmpty ? -1 : sealed.highestSequence());
        in(
                "the lowest sequence of the results" + of,
                sealed.lowestSequence(),
                isEmpty ? -1 : 0,
                sealed.highestResult());
    }

    private void in(String what, long value, long lowest, long highest) {
        if (contradiction == null && (value < lowest || value > highest)) {
            contradiction =
                    what + " is " + value + (lowest > highest ? "" : ", and can be " + lowest + " to " + highest);
        }
    }
}
