package dev.braid.command.replay;

import dev.braid.command.Texts;
import dev.braid.command.UsageException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;

/** Parses a point in time in an option: ISO 8601, a date or a date and a time; without a zone, in the system's. */
final class TimeOption {
    private TimeOption() {}

    /** @throws UsageException if it is not a point in time. */
    static Instant parse(String option, String value) {
        try {
            TemporalAccessor time = DateTimeFormatter.ISO_DATE_TIME.parseBest(
                    value.contains("T") ? value : value + "T00:00:00", ZonedDateTime::from, LocalDateTime::from);
            return time instanceof ZonedDateTime zoned
                    ? zoned.toInstant()
                    : ((LocalDateTime) time).atZone(ZoneId.systemDefault()).toInstant();
        } catch (DateTimeException e) {
            throw new UsageException(option + " " + Texts.quote(value) + ": must be a time, as " + LocalDate.now()
                    + "T09:30:00Z, or without the Z, local time");
        }
    }
}
