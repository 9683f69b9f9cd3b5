package dev.braid.command;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.braid.persistence.InputJournal;
import dev.braid.persistence.JournalWriter;
import dev.braid.persistence.RecoveryReport;
import dev.braid.persistence.StateReport;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/**
 * How a run found its journal and the totals, and what became of the records that were in flight.
 *
 * @param journal as it was found.
 * @param lost    number of sequences that got the outcome LOST.
 * @param toResend number of unfinished sequences that the source has to send again.
 * @param accepted number of records without a result that come from the input journal.
 * @param state   how the totals were rebuilt.
 */
public record RestartReport(RecoveryReport journal, long lost, long toResend, long accepted, StateReport state) {
    private static final double NS_PER_MS = 1e6;

    public static RestartReport of(
            JournalWriter<?> journal, InputJournal<?> accepted, boolean canResend, StateReport state) {
        long missing = journal.recovery().sequences().missing() - journal.lost();
        return new RestartReport(
                journal.recovery(),
                journal.lost(),
                accepted == null && canResend ? missing : 0,
                accepted == null ? 0 : accepted.toFeed(),
                state);
    }

    /** Whether there was anything before. */
    public boolean isResumed() {
        return journal.sequences().end() > 0 || accepted > 0;
    }

    /** Prints the report for people; prints nothing for a new journal. */
    public void print(PrintStream err) {
        if (!isResumed()) {
            return;
        }
        long kept = journal.segments().kept().stream()
                .mapToLong(RecoveryReport.Kept::results)
                .sum();
        long dropped = journal.segments().kept().stream()
                .mapToLong(RecoveryReport.Kept::dropped)
                .sum();
        err.println("resuming: all results up to sequence "
                + journal.sequences().lowWatermark() + " are there, the highest is "
                + (journal.sequences().end() - 1) + ", in between are "
                + journal.sequences().missing() + " unfinished; "
                + millis(journal.durationNs()));
        if (!journal.segments().kept().isEmpty()) {
            err.println("resuming: of what was not sealed " + kept + " results are kept, " + dropped
                    + " frames behind a torn one dropped");
        }
        if (lost > 0) {
            err.println("resuming: " + lost + " records were in flight, and the input cannot be read again: LOST");
        }
        if (accepted > 0) {
            err.println("resuming: " + accepted + " records come from the input journal");
        } else if (toResend > 0) {
            err.println("resuming: " + toResend + " records that were in flight are handled again");
        }
        state.damaged().forEach(reason -> err.println("resuming: snapshot not used: " + reason));
        if (state.isRepartitioned()) {
            err.println("resuming: keys are partitioned differently than before: their totals move");
        }
        err.println("resuming: totals from "
                + state.snapshot()
                        .map(name -> name + " (" + millis(state.restoreNs()) + ")")
                        .orElse("no snapshot")
                + " and " + state.replayed() + " results from sequence " + state.fromSequence() + " on ("
                + millis(state.replayNs()) + ")");
    }

    private static String millis(long ns) {
        return String.format(Locale.ROOT, "%.1f ms", ns / NS_PER_MS);
    }

    /** Writes the report as fields of an object. */
    public void write(JsonGenerator json) throws IOException {
        json.writeNumberField("lowWatermark", journal.sequences().lowWatermark());
        json.writeNumberField("nextSequence", journal.sequences().end());
        json.writeNumberField("unfinished", journal.sequences().missing());
        json.writeNumberField(
                "keptResults",
                journal.segments().kept().stream()
                        .mapToLong(RecoveryReport.Kept::results)
                        .sum());
        json.writeNumberField(
                "droppedFrames",
                journal.segments().kept().stream()
                        .mapToLong(RecoveryReport.Kept::dropped)
                        .sum());
        json.writeNumberField("lost", lost);
        json.writeNumberField("resent", toResend);
        json.writeNumberField("fed", accepted);
        json.writeStringField("snapshot", state.snapshot().orElse(null));
        strings(json, "damagedSnapshots", state.damaged());
        json.writeNumberField("replayFrom", state.fromSequence());
        json.writeNumberField("replayed", state.replayed());
        json.writeBooleanField("repartitioned", state.isRepartitioned());
        json.writeNumberField("recoverNs", journal.durationNs());
        json.writeNumberField("restoreNs", state.restoreNs());
        json.writeNumberField("replayNs", state.replayNs());
    }

    private static void strings(JsonGenerator json, String name, List<String> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }
}
