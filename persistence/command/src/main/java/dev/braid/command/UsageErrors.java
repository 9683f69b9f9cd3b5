package dev.braid.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Describes what is wrong with a command line, one line for each mistake. The parser's own messages name Java's classes and
 * constants.
 */
final class UsageErrors {
    private UsageErrors() {}

    static List<String> lines(ParameterException e) {
        if (e instanceof UnmatchedArgumentException unmatched) {
            return unmatched(unmatched.getUnmatched(), e.getCommandLine().getCommandSpec());
        }
        if (e instanceof MissingParameterException missing) {
            return missing.getMissing().stream().map(UsageErrors::missing).toList();
        }
        if (e instanceof OverwrittenOptionException overwritten) {
            return List.of(name(overwritten.getOverwritten()) + " is given twice");
        }
        if (e.getArgSpec() != null && e.getValue() != null) {
            return List.of(name(e.getArgSpec()) + " " + Texts.quote(e.getValue()) + ": " + wanted(e.getArgSpec()));
        }
        return List.of(e.getMessage());
    }

    /**
     * Returns what is wrong with an option whose value would be the mistyped option behind it, or {@code null}: the parser takes
     * every value that is no option.
     */
    static ParameterException ofValues(CommandLine line, String[] arguments) {
        CommandLine command = line;
        for (int i = 0; i < arguments.length - 1 && !arguments[i].equals("--"); i++) {
            command = command.getSubcommands().getOrDefault(arguments[i], command);
            OptionSpec option = command.getCommandSpec().findOption(arguments[i]);
            if (option == null || option.arity().min() == 0) {
                continue;
            }
            String value = arguments[++i];
            if (value.startsWith("--") && command.getCommandSpec().findOption(value.split("=")[0]) == null) {
                String message = missing(option) + "; " + name(option) + "=" + Texts.shortened(value)
                        + " gives it that value" + suggestion(value, options(command.getCommandSpec()));
                return new ParameterException(command, message);
            }
        }
        return null;
    }

    private static List<String> unmatched(List<String> arguments, CommandSpec command) {
        List<String> lines = new ArrayList<>();
        boolean maybeValue = false; // Of the option before, which is no option.
        for (String argument : arguments) {
            if (argument.length() > 1 && argument.startsWith("-")) {
                int equals = argument.indexOf('=');
                String option = equals < 0 ? argument : argument.substring(0, equals);
                lines.add(Texts.shortened(option)
                        + (options(command).contains(option)
                                ? ": one argument too many, for behind -- nothing is an option"
                                : ": no such option" + suggestion(option, options(command))));
                maybeValue = equals < 0;
            } else if (!command.subcommands().isEmpty()) {
                List<String> commands = List.copyOf(command.subcommands().keySet());
                String suggestion = suggestion(argument, commands);
                lines.add(Texts.quote(argument) + ": no such command"
                        + (suggestion.isEmpty() ? "; there are " + String.join(", ", commands) : suggestion));
                return lines; // What follows would have been its own.
            } else {
                if (!maybeValue) {
                    lines.add(Texts.quote(argument) + ": one argument too many");
                }
                maybeValue = false;
            }
        }
        return lines;
    }

    private static List<String> options(CommandSpec command) {
        return command.options().stream().map(OptionSpec::longestName).toList();
    }

    /** Returns the name that was probably meant, or an empty text. */
    private static String suggestion(String given, List<String> names) {
        int most = Math.max(2, given.length() / 3);
        Optional<String> nearest = names.stream()
                .filter(name -> distance(given.toLowerCase(Locale.ROOT), name) <= most
                        || given.length() > 3 && name.startsWith(given))
                .min((a, b) -> Integer.compare(distance(given, a), distance(given, b)));
        return nearest.map(name -> "; did you mean " + name + "?").orElse("");
    }

    /** Returns the number of characters to be changed, added or removed to turn one word into another. */
    private static int distance(String from, String to) {
        int[] before = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            before[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] row = new int[to.length() + 1];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int changed = before[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(changed, 1 + Math.min(before[j], row[j - 1]));
            }
            before = row;
        }
        return before[to.length()];
    }

    private static String missing(ArgSpec argument) {
        return argument.isOption()
                ? name(argument) + " needs a value: " + argument.paramLabel()
                : argument.paramLabel() + " is missing";
    }

    private static String name(ArgSpec argument) {
        return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
    }

    private static String wanted(ArgSpec argument) {
        Class<?> type = argument.isMultiValue() ? argument.auxiliaryTypes()[0] : argument.type();
        if (type.isEnum()) {
            return "must be "
                    + argument.paramLabel()
                            .replaceFirst("\\|([^|]*)$", " or $1")
                            .replace("|", ", ");
        }
        if (type == boolean.class || type == Boolean.class) {
            return "takes no value";
        }
        if (type == double.class || type == Double.class) {
            return "must be a number";
        }
        return type == Path.class ? "cannot be the name of a file or folder" : "must be a whole number";
    }
}
