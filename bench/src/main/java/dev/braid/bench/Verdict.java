package dev.braid.bench;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Whether a promise held in a case: {@code {"case":…,"verdict":"held","found":…}}.
 *
 * @param found        what was measured, and what it was to be; or why nothing can be said.
 * @param isOfMachine whether what else runs on the machine can make it fail.
 */
record Verdict(
        @JsonProperty("case") String name,
        @JsonProperty("verdict") Outcome outcome,
        String found,
        @JsonIgnore boolean isOfMachine) {
    /** What there is to say of a promise. */
    enum Outcome {
        @JsonProperty("held")
        HELD,
        @JsonProperty("missed")
        MISSED,
        @JsonProperty("not judged")
        NOT_JUDGED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /** Of a promise that holds on every machine, however busy. */
    static Verdict of(String name, boolean holds, String found) {
        return new Verdict(name, holds ? Outcome.HELD : Outcome.MISSED, found, false);
    }

    /** Of a promise that can only be kept on a machine that does nothing else. */
    static Verdict ofTimes(String name, boolean holds, String found) {
        return new Verdict(name, holds ? Outcome.HELD : Outcome.MISSED, found, true);
    }

    static Verdict notJudged(String name, String why) {
        return new Verdict(name, Outcome.NOT_JUDGED, why, false);
    }

    /** What held is held all the more on a busy machine; what was missed there may tell of the machine. */
    Verdict onBusyMachine(String how) {
        return isOfMachine && outcome == Outcome.MISSED ? notJudged(name, how + "; " + found) : this;
    }

    @Override
    public String toString() {
        return outcome + ": " + name + ": " + found;
    }

    /** How many there are of each: {@code 14 held, 1 missed, 2 not judged}. */
    static String count(List<Verdict> verdicts) {
        return String.join(
                ", ",
                Stream.of(Outcome.values())
                        .map(outcome -> verdicts.stream()
                                        .filter(verdict -> verdict.outcome == outcome)
                                        .count() + " " + outcome)
                        .toList());
    }
}
