package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.braid.engine.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The account that a writer keeps of what it stages, against that of a reader of the same frames. */
class ResultTallyTest {
    private static final long[][] SEQUENCES = {{7, 5, 9}, {}, {4, 12, 11, 10}, {13}};

    private final FrameEncoder encoder = new FrameEncoder(1024, new FrameEncoder.Stamps(-1, 0));
    private final FrameDecoder decoder = new FrameDecoder();
    private final SegmentTally written = new SegmentTally(1, 0, ChainHash.Value.NONE);
    private final SegmentTally read = new SegmentTally(1, 0, ChainHash.Value.NONE);
    private final int[] outcomes = {
        Outcome.PROCESSED.code(),
        Outcome.FAILED.code() | FrameLayout.RECORD_KEPT,
        Outcome.SHED.code(),
        Outcome.FAILED.code(),
        Outcome.LOST.code(),
        Outcome.SHED.code() | FrameLayout.RECORD_KEPT
    };

    @Test
    void shouldKeepTheAccountOfStagedResultsThatAReaderOfTheFramesKeeps() {
        encoder.head(Durability.PROCESS, ChainHash.Value.NONE, 1, BootId.NONE, List.of());
        write(FrameLayout.TYPE_HEAD);
        int results = 0;
        for (long[] frame : SEQUENCES) {
            for (long sequence : frame) {
                add(sequence, outcomes[results++ % outcomes.length]);
            }
            write(FrameLayout.TYPE_RESULTS);
        }
        SealedSegment account = written.seal(SegmentEnd.CLOSED);
        assertEquals(read.seal(SegmentEnd.CLOSED), account);
        assertEquals(new SealedSegment.Contents(results, new OutcomeCounts(2, 3, 2, 1), 4, 13), account.contents());
    }

    @Test
    void shouldHaveNoSequencesWithoutResults() {
        write(FrameLayout.TYPE_RESULTS);
        assertEquals(
                new SealedSegment.Contents(0, OutcomeCounts.NONE, ResultTally.NONE, ResultTally.NONE),
                written.seal(SegmentEnd.CLOSED).contents());
    }

    private void add(long sequence, int outcomeCode) {
        int length = 0;
        if ((outcomeCode & FrameLayout.RECORD_KEPT) != 0) { // Neither a reason nor a record, but a place for both.
            length = FrameLayout.REASON_OFFSET;
            encoder.buffer().putInt(encoder.payloadOffset(), 0);
        }
        encoder.add(sequence, 0, outcomeCode, length);
    }

    private void write(int type) {
        encoder.finish(type, written, 0, -1, 0);
        encoder.written();
        decoder.wrap(encoder.buffer(), 0);
        written.add(decoder, encoder.results(), 0);
        read.add(decoder, 0);
        encoder.reset();
    }
}
