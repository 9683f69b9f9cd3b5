package dev.braid.command.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyRegexTest {
    /** Java's own would take minutes, years, or all of the stack. */
    private static final Duration LINEAR = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"(\\w+)=", "^(?:(a|b)*)*=$", "(a*)*=", "(x+x+)+=", "(.*)(.*)(.*)=", "^(a|ab)*$"})
    void shouldTakeTimeThatIsLinearInTheLengthOfTheLine(String regex) throws IOException {
        String line = "a".repeat(2_000_000) + "x".repeat(1_000);
        InputRun run = assertTimeout(
                LINEAR, () -> InputRun.ofStandardInput(folder, "b\n" + line + "\nb=\n", "--key-regex", regex));
        assertEquals(3, run.results().size());
    }

    @Test
    void shouldFindTheFirstGroupElseAllThatItMatches() throws IOException {
        String lines = "id=7;x\n\nid=7\nïd=7\nid=\n";
        InputRun.ofStandardInput(folder, "id=7;x\nid=8\nid=7\n", "--key-regex", "id=(\\d+)")
                .assertTotals(Map.of("7", "2 []", "8", "1 []"));
        InputRun.ofStandardInput(folder, "id=7;x\nid=8\nid=7\n", "--key-regex", "id=\\d+")
                .assertTotals(Map.of("id=7", "2 []", "id=8", "1 []"));
        InputRun.ofStandardInput(folder, "a=1\nb=2\n", "--key-regex", "(?:a=(\\d))|b=(\\d)")
                .assertTotals(Map.of("1", "1 []", "b=2", "1 []"));
        InputRun.ofStandardInput(folder, "Zoë\n日本\n", "--key-regex", "^\\pL+$")
                .assertTotals(Map.of("Zoë", "1 []", "日本", "1 []"));
        InputRun.ofStandardInput(folder, lines, "--key-regex", "^id=(?P<id>\\d*)")
                .assertReasons("line 2: empty line", "line 4: no match", "line 5: no key");
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "(a)\\1", "(?=a)", "(?<!a)b", "a++", "[", "*"})
    void shouldRefuseWhatItDoesNotKnow(String regex) throws IOException {
        InputRun.ofStandardInput(folder, "a\n", "--key-regex", regex)
                .assertRefused("--key-regex '" + regex + "': ", "RE2");
    }
}
