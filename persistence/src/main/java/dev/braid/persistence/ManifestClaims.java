package dev.braid.persistence;

/**
 * What a manifest says is a claim, though its checksum be right: nothing is counted, looped over or allocated by it before it
 * was found here to be possible. Whether it is true as well, the segments tell.
 */
final class ManifestClaims {
    private static final long MAX_LENGTH = (long) FrameLayout.MAX_FRAMES * FrameLayout.MAX_FRAME_LENGTH;

    private String contradiction;

    private ManifestClaims() {}

    /** Returns the first field whose value is impossible, with the value; {@code null} if all are possible. */
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
            results += sealed.contents().results();
            String of = " of segment " + sealed.number();
            in(
                    "the low watermark" + of,
                    sealed.atEnd().lowWatermark(),
                    before == null ? -1 : before.atEnd().lowWatermark(),
                    // Every sequence up to it has a result of its own.
                    Math.min(sealed.atEnd().highestSequence(), manifest.firstSequence() - 1 + results));
            in(
                    "the highest sequence" + of,
                    sealed.atEnd().highestSequence(),
                    before == null ? -1 : before.atEnd().highestSequence(),
                    FrameLayout.MAX_SEQUENCE);
            before = sealed;
        }
    }

    /** Checks the binding: an input journal without a place would be looked for in the journal's own folder. */
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
        SealedSegment.Size size = sealed.size();
        in("the number of frames" + of, size.frames(), 1, FrameLayout.MAX_FRAMES);
        in("the end of the frames" + of, size.fileLength(), 1, MAX_LENGTH);
        in("the length of the frames" + of, size.frameBytes(), 1, size.fileLength());
        SealedSegment.Contents contents = sealed.contents();
        long mostResults = size.frameBytes() / FrameLayout.RESULT_HEADER_LENGTH;
        in("the number of results" + of, contents.results(), 0, mostResults);
        check(contents.results(), contents.outcomes(), of);
        boolean isEmpty = contents.results() == 0;
        long lowest = isEmpty ? -1 : 0;
        long highest = isEmpty ? -1 : sealed.atEnd().highestSequence();
        in("the highest sequence of the results" + of, contents.highestResult(), lowest, highest);
        in("the lowest sequence of the results" + of, contents.lowestSequence(), lowest, contents.highestResult());
    }

    private void check(long results, OutcomeCounts outcomes, String of) {
        in("the number of FAILED results" + of, outcomes.failed(), 0, results);
        in("the number of SHED results" + of, outcomes.shed(), 0, results);
        in("the number of LOST results" + of, outcomes.lost(), 0, results);
        long processed = results - outcomes.failed() - outcomes.shed() - outcomes.lost();
        in("the number of PROCESSED results" + of, outcomes.processed(), Math.max(0, processed), processed);
    }

    private void in(String what, long value, long lowest, long highest) {
        if (contradiction == null && (value < lowest || value > highest)) {
            contradiction =
                    what + " is " + value + (lowest > highest ? "" : ", and can be " + lowest + " to " + highest);
        }
    }
}
