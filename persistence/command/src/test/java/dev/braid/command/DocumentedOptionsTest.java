package dev.braid.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The command's guide has every option of every command once, as the help has it. */
class DocumentedOptionsTest {
    static final List<String> COMMANDS = HelpTextsTest.COMMANDS;

    private static final Pattern IN_HELP = Pattern.compile("(?m)^ {6}--([^ \\n\\[]+)");
    private static final Pattern IN_GUIDE = Pattern.compile("(?m)^- `--([^`]+)`: ");

    @ParameterizedTest
    @FieldSource("COMMANDS")
    void shouldHaveEveryOptionOfACommandOnce(String command) throws IOException {
        Braid help = Braid.run((command + " --help").split(" "));
        assertEquals(0, help.status(), help.err());
        assertEquals(found(IN_HELP, help.text()), found(IN_GUIDE, section(command)));
    }

    private static String section(String command) throws IOException {
        String guide = Files.readString(Path.of("README.md"));
        Matcher section =
                Pattern.compile("(?ms)^## " + command + "\\n(.*?)(?=^## |\\z)").matcher(guide);
        return section.find() ? section.group(1) : "";
    }

    private static List<String> found(Pattern pattern, String text) {
        List<String> options = new ArrayList<>();
        pattern.matcher(text)
                .results()
                .forEach(option -> options.add(option.group(1).replaceFirst("^([a-z-]+)=", "$1 ")));
        return options.stream().sorted().toList();
    }
}
