package dev.braid.command.journal;

import dev.braid.command.Texts;
import dev.braid.command.UsageException;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses amounts with a unit in options. */
final class Amounts {
    private static final Pattern AMOUNT = Pattern.compile("([0-9]{1,18})([a-z]*)");
    private static final String BYTE_UNITS = "kmgt";

    private Amounts() {}

    /** Returns a number of bytes, given as 4096, 512M or 10g. */
    static long bytes(String option, String value) {
        Matcher matcher = AMOUNT.matcher(value.toLowerCase(Locale.ROOT));
        if (matcher.matches()) {
            String unit = matcher.group(2).replaceFirst("(i?b)?$", "");
            int power = unit.isEmpty() ? 0 : unit.length() == 1 ? BYTE_UNITS.indexOf(unit) + 1 : -1;
            long number = Long.parseLong(matcher.group(1));
            if ((unit.isEmpty() || power > 0) && number <= Long.MAX_VALUE >> 10 * power) {
                return number << 10 * power;
            }
        }
        throw new UsageException(
                option + " " + Texts.quote(value) + ": must be a number of bytes, as 4096, 512M or 10G");
    }

    /** Returns a length of time, given as 90s, 30m, 12h or 7d. */
    static Duration time(String option, String value) {
        Matcher matcher = AMOUNT.matcher(value.toLowerCase(Locale.ROOT));
        if (matcher.matches()) {
            long number = Long.parseLong(matcher.group(1));
            try {
                switch (matcher.group(2)) {
                    case "s":
                        return Duration.ofSeconds(number);
                    case "m":
                        return Duration.ofMinutes(number);
                    case "h":
                        return Duration.ofHours(number);
                    case "d":
                        return Duration.ofDays(number);
                    default:
                        break;
                }
            } catch (ArithmeticException e) {
                // It is too long.
            }
        }
        throw new UsageException(
                option + " " + Texts.quote(value) + ": must be a length of time, as 90s, 30m, 12h or 7d");
    }
}
