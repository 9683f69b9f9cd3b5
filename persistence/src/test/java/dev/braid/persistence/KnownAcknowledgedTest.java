package dev.braid.persistence;

import static dev.braid.persistence.TestJournal.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.persistence.TestJournal.Frame;
import dev.braid.persistence.TestJournal.Line;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.agrona.IoUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was acknowledged is known from frames, mark and manifest together. */
class KnownAcknowledgedTest {
    private static final BootId EARLIER = new BootId(UUID.randomUUID());

    @TempDir
    Path folder;

    private Path living() {
        return folder.resolve("living");
    }

    private Path found() {
        return folder.resolve("found");
    }

    /** Of a writer that ran before the machine was started anew. */
    private static FaultyDisk earlierDisk() {
        return new FaultyDisk(new FaultyDisk.Script() {
            @Override
            public void before(FaultyDisk.Operation operation) {}

            @Override
            public BootId bootId() {
                return EARLIER;
            }
        });
    }

    /** A journal whose machine lost its power: with the mark as it is, or as it was begun. */
    private void writeAndLose(Durability durability, int frames, boolean isMarkOld) throws Exception {
        byte[] begun;
        try (JournalWriter<Line> writer = JournalWriter.builder(living(), CODEC)
                .durability(durability)
                .disk(earlierDisk())
                .open()) {
            begun = Files.readAllBytes(living().resolve(JournalMark.FILE_NAME));
            writer.begin();
            long next = writer.nextSequence();
            for (long i = next; i < next + frames; i++) {
                put(writer, i, 0, text(i));
                writer.onBatchEnd(i);
                assertTrue(writer.awaitDurable(i, Duration.ofSeconds(60)), "not acknowledged in 60 s: " + i);
            }
            IoUtil.delete(found().toFile(), true);
            copy(living(), found());
            writer.onShutdown();
        }
        if (isMarkOld) {
            Files.write(found().resolve(JournalMark.FILE_NAME), begun);
        }
    }

    @Test
    void shouldTakeAFlippedBitInAnAcknowledgedFrameForDamageThoughTheMarkIsOld() throws Exception {
        writeAndLose(Durability.DISK, 165, true);
        Frame frame = frames(found(), 0).get(3);
        writeBytes(dataFile(found(), 0), frame.offset() + frame.length() / 2, new byte[] {77});

        VerifyReport report = verify(found());
        assertFalse(report.isGood(), report::toString);
        assertEquals(ProblemKind.CORRUPT, report.first().orElseThrow().kind());
        assertTrue(Journals.recoveryPlan(found(), null, NO_PROGRESS)
                .journal()
                .refusal()
                .isPresent());
        assertThrows(JournalDamagedException.class, () -> open(found()));
        assertThrows(JournalDamagedException.class, () -> read(found(), ReadOrder.JOURNAL));
    }

    @Test
    void shouldGoOnAfterALossOfPowerAtLevelProcessAsOftenAsThereIsOne() throws Exception {
        for (int loss = 0; loss < 4; loss++) {
            writeAndLose(Durability.PROCESS, 140, false);
            List<Frame> frames = frames(found(), JournalFolder.segments(found()).size() - 1L);
            Frame first = frames.get(100);
            long number = JournalFolder.segments(found()).size() - 1L;
            int length = (int) (frames.get(140).offset() + frames.get(140).length() - first.offset() + 4);
            writeBytes(dataFile(found(), number), first.offset() - 4, new byte[length]);

            assertTrue(verify(found()).isGood(), () -> verify(found()).toString());
            IoUtil.delete(living().toFile(), true);
            copy(found(), living());
            try (JournalWriter<Line> writer = open(living())) {
                assertEquals(99L * (loss + 1), writer.nextSequence());
            }
            assertTrue(verify(living()).isGood());
        }
    }

    @Test
    void shouldNotLetAMarkSpeakOfWhatAnEarlierWriterAcknowledged() throws Exception {
        writeAndLose(Durability.PROCESS, 140, false);
        try (JournalWriter<Line> writer = open(found())) {
            Acknowledged marked = JournalMark.read(found()).acknowledged();
            assertEquals(writer.journal().log().acknowledged().position(), marked.position());
            byte[] bytes = Files.readAllBytes(found().resolve(JournalMark.FILE_NAME));
            for (int i = 80; i < bytes.length; i++) {
                assertEquals(0, bytes[i], "byte " + i);
            }
        }
    }

    @Test
    void shouldMissTheLastSegmentThoughTheMarkWasRolledBack() throws IOException {
        writeRun(found(), 1, 0, 1);
        byte[] mark = Files.readAllBytes(found().resolve(JournalMark.FILE_NAME));
        writeKilledRun(found(), 1, 2, 3);
        Files.write(found().resolve(JournalMark.FILE_NAME), mark);
        IoUtil.delete(JournalFolder.segment(found(), 1).folder().toFile(), false);

        VerifyReport report = verify(found());
        assertEquals(ProblemKind.MISSING_SEGMENT, report.first().orElseThrow().kind(), report::toString);
        assertEquals(
                "segment-0000000001", report.first().orElseThrow().segment().orElseThrow());
        assertThrows(JournalDamagedException.class, () -> open(found()));
        assertThrows(JournalDamagedException.class, () -> read(found(), ReadOrder.SEQUENCE));
        assertTrue(Journals.recoveryPlan(found(), null, NO_PROGRESS)
                .journal()
                .refusal()
                .isPresent());
    }

    @Test
    void shouldTakeAFrameOfAnotherCourseOfEventsForDamage() throws IOException {
        writeKilledRun(living(), 1, 0, 1, 2);
        copy(living(), found());
        Frame frame = frames(found(), 0).get(2);
        byte[] other = readBytes(dataFile(found(), 0), frame.offset(), frame.length());
        other[FrameLayout.HEADER_LENGTH + FrameLayout.RESULT_HEADER_LENGTH] ^=
                1; // Another result of the same sequence.
        writeBytes(dataFile(found(), 0), frame.offset(), other);
        forge(dataFile(found(), 0), frame, FrameLayout.HEADER_LENGTH + FrameLayout.RESULT_HEADER_LENGTH, 'x');

        VerifyReport report = verify(found());
        assertFalse(report.isGood(), report::toString);
        assertTrue(
                report.first().orElseThrow().message().contains("does not go on from the frame before it"),
                report::toString);
        assertThrows(JournalDamagedException.class, () -> read(found(), ReadOrder.JOURNAL));
        assertThrows(JournalDamagedException.class, () -> open(found()));
    }
}
