package dev.braid.command;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;

/**
 * The subcommands of a command. Only the one that is named is created: describing one to picocli takes longer than most of
 * them run. All are created if none is named, for a help text or a suggestion.
 */
public final class Subcommands {
    private final Map<String, Supplier<?>> makers = new LinkedHashMap<>();

    /** Adds a subcommand; help lists them in this order. */
    public Subcommands with(String name, Supplier<?> maker) {
        makers.put(name, maker);
        return this;
    }

    boolean has(String[] args) {
        return args.length > 0 && makers.containsKey(args[0]);
    }

    /** Creates the subcommand that the first argument names. */
    CommandLine make(String name) {
        Object made = makers.get(name).get();
        return made instanceof CommandLine line ? line : new CommandLine(made);
    }

    /** Adds to a command the subcommand that the first argument names, or all. */
    public CommandLine addTo(CommandLine command, String[] args) {
        for (String name : has(args) ? new String[] {args[0]} : makers.keySet().toArray(String[]::new)) {
            command.addSubcommand(name, make(name));
        }
        return command;
    }
}
