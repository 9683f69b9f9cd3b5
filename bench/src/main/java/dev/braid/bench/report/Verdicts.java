package dev.braid.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the results say of what is promised: held, missed, or not judged. */
final class Verdicts {
    private static final List<String> WORDS = List.of("missed", "not judged", "held");

    private Verdicts() {}

    /** {@code 1 missed, 2 not judged, 14 held}, without those of which there are none. */
    static String count(ResultData data) {
        if (data.verdicts().isEmpty()) {
            return "figures only";
        }
        return WORDS.stream()
                .filter(word -> count(data, word) > 0)
                .map(word -> count(data, word) + " " + word)
                .collect(Collectors.joining(", "));
    }

    /** Returns the verdicts as marks of a page. */
    static String marks(ResultData data) {
        if (data.verdicts().isEmpty()) {
            return "<span class=\"none\">figures only</span>";
        }
        return WORDS.stream()
                .filter(word -> count(data, word) > 0)
                .map(word -> mark(word, count(data, word) + " " + word))
                .collect(Collectors.joining(" "));
    }

    static String mark(String verdict, String text) {
        return "<span class=\"mark " + verdict.replace(' ', '-') + "\">" + Grid.escape(text) + "</span>";
    }

    private static long count(ResultData data, String word) {
        return of(data, word).count();
    }

    private static Stream<JsonNode> of(ResultData data, String word) {
        return data.verdicts().stream()
                .filter(verdict -> verdict.path("verdict").asText().equals(word));
    }

    /** The verdict of a case, empty if there is none. */
    static String of(ResultData data, List<String> cases, String name) {
        return !cases.contains(name)
                ? ""
                : data.verdicts().stream()
                        .filter(verdict -> verdict.path("case").asText().equals(name))
                        .findFirst()
                        .map(verdict -> verdict.path("verdict").asText())
                        .orElse("");
    }

    /** Each that did not hold, with what was found; what was missed comes first. */
    static Grid open(ResultData data) {
        List<List<String>> rows = new ArrayList<>();
        for (String word : WORDS.subList(0, 2)) {
            of(data, word)
                    .forEach(verdict -> rows.add(List.of(
                            word,
                            verdict.path("case").asText(),
                            verdict.path("found").asText())));
        }
        return new Grid(List.of("verdict", "of", "found"), rows);
    }
}
