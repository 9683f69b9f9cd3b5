package dev.braid.persistence;

import com.lmax.disruptor.EventHandler;
import dev.braid.engine.HandlerGroup;
import java.nio.file.Path;
import java.util.List;

/** Refuses an engine that would write into a journal and does not fit it, when the engine is built. */
final class EngineCheck {
    private EngineCheck() {}

    /**
     * Checks the groups of an engine: the journal names sub-streams by the groups that it was given.
     *
     * @param known those of the journal, none where it was given none.
     * @throws IllegalStateException if the engine has others, or in another order.
     */
    static void groups(Path dir, List<JournalGroup> known, List<JournalGroup> engine) {
        if (!known.isEmpty() && !known.equals(engine)) {
            throw new IllegalStateException("the engine has the groups " + engine + ", but journal " + dir
                    + " was given " + known + ": it must be the same groups in the same order");
        }
    }

    /**
     * An input journal without groups cannot note through which one's ingress a record came.
     *
     * @throws IllegalStateException if a group has an ingress of its own.
     */
    static void ownIngresses(Path dir, List<? extends HandlerGroup<?>> engine) {
        for (HandlerGroup<?> group : engine) {
            if (group.hasOwnIngress()) {
                throw new IllegalStateException("group '" + group.name() + "' has an ingress of its own, but journal "
                        + dir + " knows no groups, and could not tell which records came through it: give them to"
                        + " JournalWriterBuilder.groups, of the results' journal or of the input journal");
            }
        }
    }

    /**
     * A handler that has state would begin without it after a restart.
     *
     * @throws IllegalStateException if there is one whose state nobody keeps.
     */
    static void states(Path dir, List<? extends EventHandler<?>> handlers) {
        for (int i = 0; i < handlers.size(); i++) {
            if (handlers.get(i) instanceof StatefulHandler<?> handler) {
                throw new IllegalStateException("the handler of sub-stream " + i + ", "
                        + handler.getClass().getName() + ", has state that is not kept for journal " + dir
                        + ": the engine must be given states.groups() of its HandlerStates");
            }
        }
    }
}
