package dev.braid.command.input;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.braid.command.Texts;
import dev.braid.command.UsageException;

/**
 * Finds the key in the raw text of a record: the regular expression's first group, or all that it matches. Matching takes
 * time linear in the length of the text, whatever the expression, so there are no back references and no look-around.
 */
final class KeyRegex {
    private final Matcher matcher;

    private KeyRegex(Pattern pattern) {
        this.matcher = pattern.matcher("");
    }

    /** @throws UsageException if it is not a regular expression. */
    static KeyRegex compile(String regex) {
        try {
            return new KeyRegex(Pattern.compile(regex));
        } catch (PatternSyntaxException e) {
            throw new UsageException("--key-regex " + Texts.quote(regex) + ": " + e.getDescription()
                    + (e.getPattern().isEmpty() ? "" : " at " + Texts.quote(e.getPattern()))
                    + "; the syntax is RE2's, without back references and look-around");
        }
    }

    void fill(String text, KeyedRecord record) {
        if (matcher.reset(text).find()) {
            String group = matcher.groupCount() > 0 ? matcher.group(1) : null;
            record.key(group != null ? group : matcher.group());
        } else {
            record.fail("no match for the key's regular expression in " + Texts.quote(text));
        }
        matcher.reset(""); // Do not hold on to the text.
    }
}
