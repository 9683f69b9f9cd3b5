package dev.braid.command.run;

import dev.braid.command.Texts;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the key in the raw text of a record: the regular expression's first group, else all that it matches. */
final class KeyRegex {
    private final Matcher matcher;

    KeyRegex(Pattern pattern) {
        this.matcher = pattern.matcher("");
    }

    void fill(String text, KeyedRecord record) {
        try {
            if (!matcher.reset(text).find()) {
                record.fail("no match for the key's regular expression in " + Texts.quote(text));
                return;
            }
            String group = matcher.groupCount() > 0 ? matcher.group(1) : null;
            record.key(group != null ? group : matcher.group());
        } catch (StackOverflowError e) {
            // Java's regular expressions recurse, for some patterns once per character.
            record.fail(
                    "the key's regular expression needs too much stack for a line of " + text.length() + " characters");
        } finally {
            matcher.reset(""); // Do not hold on to the text.
        }
    }
}
