package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.engine.Outcome;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class FrameTest {
    private static final ChainHash.Value BEFORE = new ChainHash(ChainHash.Value.NONE, 1, 2).end();

    private final FrameEncoder encoder = new FrameEncoder(64, new FrameEncoder.Stamps(-1, 0));
    private final FrameDecoder decoder = new FrameDecoder();
    private final SegmentTally segment = new SegmentTally(77, 7, BEFORE);

    @Test
    void shouldCarryResults() {
        addResult(41, 3, Outcome.PROCESSED, "gold");
        addResult(40, -1, Outcome.FAILED, "no such group");
        addResult(42, Integer.MAX_VALUE, Outcome.SHED, "");
        encoder.finish(FrameLayout.TYPE_RESULTS, segment, FramePlace.position(6, 12), 39, 123_456_789_012L);
        decoder.wrap(encoder.buffer(), 0);

        assertTrue(decoder.isWellFormed());
        assertEquals(FrameLayout.VERSION, decoder.version());
        assertEquals(encoder.length(), decoder.length());
        assertEquals(77, decoder.journal());
        assertEquals(7, decoder.segment());
        assertEquals(0, decoder.ordinal());
        assertEquals(FramePlace.position(6, 12), decoder.acknowledged());
        assertEquals(BEFORE.prefix(), decoder.frameChain());
        assertEquals(39, decoder.lowWatermark());
        assertEquals(123_456_789_012L, decoder.timeNs());
        assertEquals(123_456_789_012L, decoder.latestTimeNs());
        assertEquals(42, decoder.highestSequence());
        assertResult(41, 3, Outcome.PROCESSED, "gold");
        assertResult(40, -1, Outcome.FAILED, "no such group");
        assertResult(42, Integer.MAX_VALUE, Outcome.SHED, "");
        assertFalse(decoder.nextResult());
    }

    @Test
    void shouldCarryGroups() {
        List<JournalGroup> groups = List.of(
                new JournalGroup("gold", 8, 0, 2), new JournalGroup("Sölber", 3, 2, 1), new JournalGroup("b", 1, 3, 5));
        addResult(1, 1, Outcome.PROCESSED, "left over from the frame before, to be overwritten");
        encoder.head(Durability.DISK, BEFORE, 5, BootId.CURRENT, groups);
        assertEquals(encoder.length(), FrameEncoder.headLength(groups));
        encoder.finish(FrameLayout.TYPE_HEAD, segment, 0, -1, 0);
        decoder.wrap(encoder.buffer(), 0);

        assertTrue(decoder.isWellFormed());
        assertEquals(new SegmentHead(Durability.DISK, BEFORE, 5, BootId.CURRENT, groups), decoder.head());
        assertFalse(decoder.nextResult());
    }

    @Test
    void shouldCarryTheEnd() {
        ChainHash.Value chain = new ChainHash(ChainHash.Value.NONE, 1, 2).end();
        encoder.end(6, SegmentEnd.ROLLED, chain);
        encoder.finish(FrameLayout.TYPE_END, segment, 0, -1, 0);
        decoder.wrap(encoder.buffer(), 0);

        assertTrue(decoder.isWellFormed());
        assertEquals(new SegmentTrailer(SegmentEnd.ROLLED, 6, chain), decoder.trailer());
    }

    @Test
    void shouldNeverFallBehindInHighestSequenceAndLatestTime() {
        long[][] sequencesAndTimes = {{7, 100}, {5, 50}, {9, 80}};
        long[][] expected = {{7, 100}, {7, 100}, {9, 100}};
        for (int i = 0; i < expected.length; i++) {
            addResult(sequencesAndTimes[i][0], 0, Outcome.PROCESSED, "x");
            encoder.finish(FrameLayout.TYPE_RESULTS, segment, 0, 0, sequencesAndTimes[i][1]);
            encoder.written();
            decoder.wrap(encoder.buffer(), 0);
            assertEquals(sequencesAndTimes[i][1], decoder.timeNs());
            assertEquals(expected[i][0], decoder.highestSequence());
            assertEquals(expected[i][1], decoder.latestTimeNs());
            encoder.reset();
        }
    }

    @Test
    void shouldCarryAChainThatNoOtherFramesBeforeItHave() {
        addResult(0, 0, Outcome.PROCESSED, "a");
        encoder.finish(FrameLayout.TYPE_RESULTS, segment, 0, 0, 0);
        decoder.wrap(encoder.buffer(), 0);
        int crc = decoder.crc();
        segment.add(decoder, 0);
        encoder.reset();
        addResult(1, 0, Outcome.PROCESSED, "b");
        encoder.finish(FrameLayout.TYPE_RESULTS, segment, 0, 1, 0);
        decoder.wrap(encoder.buffer(), 0);

        assertEquals(1, decoder.ordinal());
        assertEquals(FrameChain.next(BEFORE.prefix(), crc), decoder.frameChain());
        for (int bit = 0; bit < Integer.SIZE; bit++) {
            assertNotEquals(decoder.frameChain(), FrameChain.next(BEFORE.prefix(), crc ^ 1 << bit), "bit " + bit);
        }
    }

    @Test
    void shouldProtectEveryByteButTheChecksumByTheChecksum() {
        addResult(0, 0, Outcome.PROCESSED, "abc");
        encoder.finish(FrameLayout.TYPE_RESULTS, segment, 0, 0, 0);
        byte[] bytes = new byte[encoder.length()];
        encoder.buffer().getBytes(0, bytes);
        CRC32C crc = new CRC32C();
        crc.update(bytes, 4, bytes.length - 4);

        assertEquals((int) crc.getValue(), encoder.buffer().getInt(0, ByteOrder.LITTLE_ENDIAN));
        assertEquals(FrameLayout.HEADER_LENGTH + FrameLayout.RESULT_HEADER_LENGTH + 8, bytes.length);
    }

    @Test
    void shouldNotBeWellFormedWhenLengthsContradict() {
        addResult(0, 0, Outcome.PROCESSED, "abc");
        encoder.finish(FrameLayout.TYPE_RESULTS, segment, 0, 0, 0);
        int lengthOffset = FrameLayout.HEADER_LENGTH + FrameLayout.RESULT_LENGTH_OFFSET;
        encoder.buffer().putInt(lengthOffset, 9 | Outcome.PROCESSED.code() << 24, ByteOrder.LITTLE_ENDIAN);
        decoder.wrap(encoder.buffer(), 0);

        assertFalse(decoder.areResultsWellFormed());
        assertThrows(JournalException.class, decoder::nextResult);
    }

    @Test
    void shouldDeliverUpToAResultThatContradicts() {
        for (int word : new int[] {9 | Outcome.PROCESSED.code() << 24, 3 | 99 << 24, 3, 0}) {
            encoder.reset();
            addResult(0, 4, Outcome.PROCESSED, "abc");
            addResult(1, 5, Outcome.PROCESSED, "def");
            addResult(2, 6, Outcome.PROCESSED, "ghi");
            encoder.finish(FrameLayout.TYPE_RESULTS, segment, 0, 0, 0);
            int last = FrameLayout.HEADER_LENGTH + 2 * FrameLayout.resultLength(3);
            encoder.buffer().putInt(last + FrameLayout.RESULT_LENGTH_OFFSET, word, ByteOrder.LITTLE_ENDIAN);
            decoder.wrap(encoder.buffer(), 0);
            List<Long> delivered = new ArrayList<>();
            ResultHandler handler =
                    (sequence, subStream, outcome, time, buffer, offset, length) -> delivered.add(sequence);

            assertEquals(2, decoder.deliver(handler, 0, Long.MAX_VALUE, true, 10));
            assertThrows(JournalException.class, () -> decoder.deliver(handler, 2, Long.MAX_VALUE, true, 10));
            assertEquals(List.of(0L, 1L), delivered, "word " + word);
            assertEquals(1, decoder.remaining());
        }
    }

    @Test
    void shouldDeliverNoResultThatItsFrameRulesOut() {
        for (boolean isInSequence : new boolean[] {true, false}) {
            encoder.reset();
            addResult(7, 0, Outcome.PROCESSED, "a");
            addResult(8, 0, Outcome.PROCESSED, "b");
            encoder.finish(FrameLayout.TYPE_RESULTS, segment, 0, 6, 0);
            encoder.buffer().putLong(FrameLayout.HIGHEST_SEQUENCE_OFFSET, 7, ByteOrder.LITTLE_ENDIAN);
            assertDeliversFirstOnly(isInSequence);

            encoder.buffer().putLong(FrameLayout.HIGHEST_SEQUENCE_OFFSET, 8, ByteOrder.LITTLE_ENDIAN);
            int second = FrameLayout.HEADER_LENGTH + FrameLayout.resultLength(1);
            encoder.buffer().putInt(second + FrameLayout.RESULT_SUB_STREAM_OFFSET, -2, ByteOrder.LITTLE_ENDIAN);
            assertDeliversFirstOnly(isInSequence);
        }
    }

    private void assertDeliversFirstOnly(boolean isInSequence) {
        decoder.wrap(encoder.buffer(), 0);
        assertTrue(decoder.isWellFormed());
        assertFalse(decoder.areResultsWellFormed());
        decoder.rewind();
        List<Long> delivered = new ArrayList<>();
        ResultHandler handler = (sequence, subStream, outcome, time, buffer, offset, length) -> delivered.add(sequence);
        assertEquals(1, decoder.deliver(handler, 7, Long.MAX_VALUE, isInSequence, 10));
        assertThrows(JournalException.class, decoder::nextResult);
        assertThrows(JournalException.class, decoder::nextResult);
        assertEquals(List.of(7L), delivered);
    }

    private void addResult(long sequence, int subStream, Outcome outcome, String text) {
        int length = encoder.buffer().putStringWithoutLengthAscii(encoder.payloadOffset(), text);
        encoder.add(sequence, subStream, outcome.code(), length);
    }

    private void assertResult(long sequence, int subStream, Outcome outcome, String text) {
        assertTrue(decoder.nextResult());
        assertEquals(sequence, decoder.sequence());
        assertEquals(subStream, decoder.subStream());
        assertEquals(outcome, decoder.outcome());
        assertEquals(
                text, decoder.buffer().getStringWithoutLengthAscii(decoder.payloadOffset(), decoder.payloadLength()));
    }
}
