package dev.braid.command.input;

import dev.braid.command.Texts;
import dev.braid.command.UsageException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The field names of a CSV input. */
final class CsvHeader {
    private static final int MAX_SHOWN = 20;

    private final List<String> names;
    private final String hint;

    /** @param hint added to the message if a field is missing. */
    CsvHeader(List<String> names, String hint) {
        this.names = names;
        this.hint = hint;
    }

    int size() {
        return names.size();
    }

    /**
     * Returns the place of a field, or -1 if there is no header at all. Blanks around a name do not matter, unless two names
     * differ only by them.
     *
     * @param option that asks for it.
     * @throws UsageException if the field is missing or occurs twice.
     */
    int column(String option, String field) {
        if (names.isEmpty()) {
            return -1;
        }
        List<Integer> columns = columns(field, false);
        if (columns.isEmpty()) {
            columns = columns(field, true);
        }
        if (columns.isEmpty()) {
            throw new UsageException(
                    option + " " + Texts.quote(field) + " is not in the CSV header: " + shown() + hint);
        }
        if (columns.size() > 1) {
            throw new UsageException(
                    option + " " + Texts.quote(field) + " is in the CSV header more than once, as columns "
                            + columns.stream()
                                    .map(column -> Integer.toString(column + 1))
                                    .collect(Collectors.joining(" and "))
                            + ": give them different names");
        }
        return columns.get(0);
    }

    private List<Integer> columns(String field, boolean stripped) {
        List<Integer> columns = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            if ((stripped ? name.strip() : name).equals(stripped ? field.strip() : field)) {
                columns.add(i);
            }
        }
        return columns;
    }

    private String shown() {
        String shown = names.stream().limit(MAX_SHOWN).map(Texts::shortened).collect(Collectors.joining(", "));
        return names.size() > MAX_SHOWN ? shown + ", ... (" + names.size() + " columns)" : shown;
    }
}
