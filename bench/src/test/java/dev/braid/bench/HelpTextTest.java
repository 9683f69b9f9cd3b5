package dev.braid.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The text that bench.sh shows for {@code --help} before anything is built: with -Dbraid.write.help=true it is written anew. */
class HelpTextTest {
    @Test
    void shouldHaveTheHelpBeforeItIsBuilt() throws IOException {
        Path file = Path.of("../scripts/help/bench.txt");
        String help = new BenchRun("--help").out;
        if (Boolean.getBoolean("braid.write.help")) {
            Files.writeString(file, help);
        }
        assertEquals(Files.readString(file), help, file + " is not as the help is");
    }
}
