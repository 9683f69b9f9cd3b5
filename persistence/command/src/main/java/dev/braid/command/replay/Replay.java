package dev.braid.command.replay;

import dev.braid.command.Console;
import dev.braid.command.OutputException;
import dev.braid.command.Problems;
import dev.braid.engine.Outcome;
import dev.braid.persistence.JournalException;
import dev.braid.persistence.JournalGroup;
import dev.braid.persistence.JournalProblem;
import dev.braid.persistence.JournalReader;
import dev.braid.persistence.JournalReaderBuilder;
import dev.braid.persistence.ProblemKind;
import dev.braid.persistence.ProblemListener;
import dev.braid.persistence.RefusedRecord;
import dev.braid.persistence.ResultHandler;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Set;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SleepingMillisIdleStrategy;

/** Reads results and prints them, until there are no more, or it is stopped. */
final class Replay implements ProblemListener, ResultHandler {
    private static final int POLL_LIMIT = 1024;
    private static final long IDLE_MS = 2;

    private final JournalReaderBuilder settings;
    private final ResultWriter writer;
    private final PrintStream err;
    private final boolean follow;
    private final boolean skipDamage;
    private final Set<Outcome> outcomes;
    private final IdleStrategy idle = new SleepingMillisIdleStrategy(IDLE_MS);

    private List<JournalGroup> groups = List.of();
    private JournalReader reader;
    private long unfinished;
    private long damages;
    private boolean isFlushed = true;
    private volatile boolean isStopped;

    /**
     * Prepares a replay.
     *
     * @param settings   of the reader, except for its listener.
     * @param err        receives reports of damage, and notes.
     * @param follow     waits for more at the present end of the journal.
     * @param skipDamage reports damage, and continues behind it.
     * @param outcomes   of the results that are written.
     */
    Replay(
            JournalReaderBuilder settings,
            ResultWriter writer,
            PrintStream err,
            boolean follow,
            boolean skipDamage,
            Set<Outcome> outcomes) {
        this.settings = settings.onProblem(this);
        this.writer = writer;
        this.err = err;
        this.follow = follow;
        this.skipDamage = skipDamage;
        this.outcomes = outcomes;
    }

    /**
     * Runs the replay.
     *
     * @return whether there was no damage.
     * @throws JournalException if there is damage that is not to be skipped, or the journal cannot be read.
     * @throws IOException      if the output cannot be written; not if its reader closed the pipe.
     */
    boolean run() throws IOException {
        try (JournalReader opened = settings.open()) {
            reader = opened;
            readAll();
        } catch (OutputException e) {
            Console.checkOutputFailure(e.getCause());
        }
        if (unfinished > 0) {
            err.println("note: " + unfinished + " of the sequences have no result: they were in flight when the engine"
                    + " halted or was killed, or still are");
        }
        if (damages > 0) {
            err.println("damaged: " + Problems.count(damages) + "; what could be read was printed");
        }
        return damages == 0;
    }

    /** Ends the replay with the results so far. For any thread. */
    void stop() {
        isStopped = true;
    }

    private void readAll() {
        try {
            while (!isStopped) {
                if (reader.poll(this, POLL_LIMIT) > 0) {
                    continue;
                }
                if (reader.isDone() || !follow && !reader.isPaced()) {
                    break;
                }
                flush();
                idle.idle();
            }
        } catch (JournalException e) {
            flush(); // The damage does not take away what was read before it.
            throw e;
        }
        write(ResultWriter::end);
    }

    @Override
    public void onResult(
            long sequence, int subStream, Outcome outcome, long timeNs, DirectBuffer buffer, int offset, int length) {
        if (begin(outcome)) {
            write(to -> to.write(sequence, subStream, nameOfGroup(subStream), outcome, buffer, offset, length));
        }
    }

    @Override
    public void onRefused(long sequence, int subStream, Outcome outcome, long timeNs, RefusedRecord refused) {
        if (begin(outcome)) {
            write(to -> to.writeRefused(sequence, subStream, nameOfGroup(subStream), outcome, refused));
        }
    }

    /** Whether a result is to be written. */
    private boolean begin(Outcome outcome) {
        if (!outcomes.contains(outcome)) {
            return false;
        }
        isFlushed = false;
        groups = reader.groups();
        return true;
    }

    private String nameOfGroup(int subStream) {
        for (JournalGroup candidate : groups) {
            if (candidate.contains(subStream)) {
                return candidate.name();
            }
        }
        return null;
    }

    private void flush() {
        if (!isFlushed) {
            isFlushed = true;
            write(ResultWriter::flush);
        }
    }

    private interface Write {
        void to(ResultWriter writer) throws IOException;
    }

    private void write(Write write) {
        try {
            write.to(writer);
        } catch (IOException e) {
            throw new OutputException(e);
        }
    }

    @Override
    public void onProblem(JournalProblem problem) {
        if (problem.kind() == ProblemKind.UNFINISHED) {
            unfinished += problem.sequences().orElseThrow().count();
        } else if (problem.kind() == ProblemKind.NO_LEASE || problem.kind() == ProblemKind.CLOCK) {
            err.println(Problems.line(problem));
        } else if (!skipDamage) {
            STRICT.onProblem(problem);
        } else if (problem.kind().isDamage()) {
            damages++;
            err.println("damage: " + problem.message());
        }
    }
}
