package dev.braid.persistence;

import dev.braid.engine.MergeHandler;
import java.util.Set;

/** Names the merge handler that an engine knows in the place of a journal, by the stack of a call that came through it. */
final class HiddenBy {
    private static final String ENGINE = MergeHandler.class.getPackageName() + ".";
    private static final Set<String> JOURNAL =
            Set.of(HiddenBy.class.getName(), EngineWiring.class.getName(), JournalWriter.class.getName());

    private HiddenBy() {}

    /** Returns the name of the class that called a journal's writer, directly or by a chain of merge handlers. For messages. */
    static String caller() {
        return StackWalker.getInstance().walk(frames -> frames.map(StackWalker.StackFrame::getClassName)
                .filter(name -> !JOURNAL.contains(name) && !name.startsWith(ENGINE))
                .findFirst()
                .orElse("a merge handler"));
    }
}
