package dev.braid.persistence;

/**
 * Keeps account of a segment while its frames are written, or read again: so that both agree on what the manifest has to
 * say. Used by one thread at a time; allocates nothing per frame.
 */
final class SegmentTally {
    private static final long NONE = -1;

    private final int journal;
    private final long number;
    private final ChainHash chain;
    private long frameChain;
    private final ResultTally results = new ResultTally();

    private Durability durability = Durability.PROCESS;
    private int frames;
    private long resultCount;
    private long frameBytes;
    private long fileLength;
    private long lowWatermark = NONE;
    private long highestSequence = NONE;
    private long createdNs;
    private long latestTimeNs;
    private long lowestTimeNs = Long.MAX_VALUE;
    private long highestTimeNs = Long.MIN_VALUE;
    private ChainHash.Value hash;

    /** @param before chain hash of the segment before. */
    SegmentTally(int journal, long number, ChainHash.Value before) {
        this.journal = journal;
        this.number = number;
        this.frameChain = FrameChain.first(before);
        this.chain = new ChainHash(before, journal, (int) number);
    }

    /** Adds a frame that ends at an offset of the data file; goes over its results. */
    void add(FrameDecoder frame, long frameEnd) {
        results.addAll(frame);
        addHeader(frame, frameEnd);
    }

    /** Adds a frame that ends at an offset of the data file, and of whose results there is an account already. */
    void add(FrameDecoder frame, ResultTally itsResults, long frameEnd) {
        results.add(itsResults);
        addHeader(frame, frameEnd);
    }

    private void addHeader(FrameDecoder frame, long frameEnd) {
        if (frame.type() == FrameLayout.TYPE_HEAD) {
            durability = frame.head().durability();
            createdNs = frame.timeNs();
        }
        if (frame.type() != FrameLayout.TYPE_END) {
            chain.add(frame.crc());
            frameChain = FrameChain.next(frameChain, frame.crc());
        }
        frames++;
        resultCount += frame.resultCount();
        frameBytes += frame.length();
        fileLength = frameEnd;
        lowWatermark = frame.lowWatermark();
        highestSequence = frame.highestSequence();
        latestTimeNs = frame.latestTimeNs();
        lowestTimeNs = Math.min(lowestTimeNs, frame.timeNs());
        highestTimeNs = Math.max(highestTimeNs, frame.timeNs());
    }

    int journal() {
        return journal;
    }

    long number() {
        return number;
    }

    int frames() {
        return frames;
    }

    /** Returns the {@link FrameChain} of the next frame. */
    long frameChain() {
        return frameChain;
    }

    long results() {
        return resultCount;
    }

    /** Of the frames so far. */
    long frameBytes() {
        return frameBytes;
    }

    /** Returns the segment's chain hash, when all its frames except the last are in. */
    ChainHash.Value hash() {
        if (hash == null) {
            hash = chain.end();
        }
        return hash;
    }

    /** Returns the account for the manifest, when all frames are in. */
    SealedSegment seal(SegmentEnd end) {
        return new SealedSegment(
                number,
                end,
                durability,
                new SealedSegment.Size(frames, frameBytes, fileLength),
                new SealedSegment.Contents(resultCount, results.outcomes(), results.lowest(), results.highest()),
                new SealedSegment.Times(createdNs, lowestTimeNs, highestTimeNs),
                new SealedSegment.AtEnd(lowWatermark, highestSequence, latestTimeNs, hash()));
    }
}
