package dev.braid.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The texts that scripts show for {@code --help} before anything is built: with -Dbraid.write.help=true they are written anew. */
class HelpTextsTest {
    private static final Path TEXTS =
            Path.of("").toAbsolutePath().getParent().getParent().resolve("scripts/help");

    static final List<String> COMMANDS = List.of(
            "run",
            "replay",
            "stat",
            "journal",
            "journal describe",
            "journal verify",
            "journal dump",
            "journal recovery-plan",
            "journal salvage",
            "journal retain",
            "journal compare",
            "journal backup");

    @ParameterizedTest
    @FieldSource("COMMANDS")
    void shouldHaveTheHelpOfEveryCommandBeforeItIsBuilt(String command) throws IOException {
        Braid help = Braid.run((command + " --help").split(" "));
        assertEquals(0, help.status(), help.err());
        check(TEXTS.resolve(command.replace(' ', '-') + ".txt"), help.text());
    }

    @Test
    void shouldHaveTheHelpOfTortureBeforeItIsBuilt() throws Exception {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        PrintStream out = System.out;
        System.setOut(new PrintStream(text, true, StandardCharsets.UTF_8));
        try {
            TortureCommand.main(new String[] {"--help"});
        } finally {
            System.setOut(out);
        }
        check(TEXTS.resolve("torture.txt"), text.toString(StandardCharsets.UTF_8));
    }

    private static void check(Path file, String help) throws IOException {
        if (Boolean.getBoolean("braid.write.help")) {
            Files.writeString(file, help);
        }
        assertEquals(
                Files.readString(file), help, file + " is not as the help is; -Dbraid.write.help=true writes it anew");
    }
}
