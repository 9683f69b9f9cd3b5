package dev.braid.persistence;

import com.lmax.disruptor.EventHandler;
import dev.braid.engine.HandlerGroup;
import dev.braid.engine.Outcome;
import dev.braid.engine.ResumePoint;
import java.nio.file.Path;
import java.util.List;

/**
 * What an engine and the journal of its results must agree on: the groups, the handlers whose state is kept, the sequence at
 * which the engine goes on, and the input journal. An engine that is wired differently is refused, at the latest with its
 * first result.
 * <pre>
 *  states and input journal are opened ─▶ engine is built ─▶ engine starts ─▶ results
 *  watch, inputIs                         onBuild,           checkComplete,   onResult
 *                                         resumePoint        checkIsAsked
 * </pre>
 * <b>Threads:</b> one after the other, in this order.
 */
final class EngineWiring {
    private final Path dir;
    private final List<JournalGroup> groups;
    private final JournalResumePoint done;
    private boolean needsInput;
    /** {@code null} for none. */
    private InputJournal<?> input;
    /** {@code null} where nobody keeps the states of handlers. */
    private StateWiring<?> states;
    /** Whether an engine was built with the journal. */
    private boolean isBuilt;
    /** Whether somebody asked where the journal goes on. */
    private boolean isAsked;

    /**
     * @param needsInput whether the journal cannot be written without its input journal.
     * @param done       sequences that have a result.
     */
    EngineWiring(FrameLogSettings settings, boolean needsInput, JournalResumePoint done) {
        this.dir = settings.dir();
        this.groups = settings.groups();
        this.needsInput = needsInput;
        this.done = done;
    }

    /** Tells whether somebody keeps the states of the engine's handlers. */
    boolean keepsStates() {
        return states != null;
    }

    /** Watches the handlers of the engine, whose states are kept. */
    void watch(StateWiring<?> wiring) {
        states = wiring;
    }

    /** Requires every record to be in this input journal before its result is in the journal. */
    void inputIs(InputJournal<?> journal) {
        if (input != null) {
            throw new IllegalStateException("journal " + dir + " has " + input + " already");
        }
        input = journal;
        done.need(journal);
    }

    /** Goes on without the input journal that the journal had. */
    void giveUpInput() {
        needsInput = false;
    }

    /** Accepts an engine that is built, or throws if its groups or handlers are others. */
    void onBuild(List<? extends HandlerGroup<?>> engineGroups, List<? extends EventHandler<?>> handlers) {
        EngineCheck.groups(dir, groups, JournalGroup.layout(engineGroups));
        EngineCheck.states(dir, handlers);
        checkInput();
        isBuilt = true;
    }

    /** Throws unless an engine was built with the journal as its merge handler, or as one of them. */
    void checkIsBuilt() {
        if (!isBuilt) {
            throw new IllegalStateException("the results of the engine do not go to journal " + dir
                    + ": it was given another merge handler, which must be added by merge(..) of the whole");
        }
    }

    /** Returns where the engine goes on, and notes that it was told. */
    ResumePoint resumePoint() {
        isAsked = true;
        return done;
    }

    /** Throws if the input journal is missing, or no engine took the handlers whose states are kept. */
    void checkComplete() {
        checkInput();
        if (states != null) {
            states.checkTaken();
        }
    }

    private void checkInput() {
        if (needsInput && input == null) {
            throw new IllegalStateException("journal " + dir
                    + " has an input journal: open that by InputJournal.open before an engine is built, or give it up");
        }
    }

    /** Throws if the engine does not know where it goes on. */
    void checkIsAsked() {
        if (!isAsked && (done.doneThrough() >= 0 || input != null)) {
            throw new IllegalStateException("journal " + dir + " goes on at sequence " + done.firstSequence()
                    + ", but the engine that is started was not told so: " + HiddenBy.caller()
                    + ", which is around the journal, hides its resumePoint(); MergeHandler.andThen makes a merge handler"
                    + " of two that hides nothing");
        }
    }

    /** Accepts a result, or throws if it is one of another engine's handlers, or its record is not in the input journal. */
    void onResult(long sequence, int subStream, Outcome outcome) {
        if (states != null) {
            states.onResult(sequence, subStream, outcome);
        }
        if (input != null && sequence > input.seen()) {
            throw new JournalException("the record of sequence " + sequence + " was handled before it was in " + input
                    + ": that must be the ingest handler of the engine");
        }
    }
}
