package dev.braid.command.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.command.Braid;
import dev.braid.command.FailingOutput;
import dev.braid.command.JournalDamage;
import dev.braid.command.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code describe} and {@code verify}, and what a damaged journal does to all commands. */
class JournalCommandTest {
    @TempDir
    private Path folder;

    private String journal;

    @BeforeEach
    void run() {
        journal = folder.resolve("journal").toString();
        Braid run = Braid.withInput(
                "needle\n\nneedle\nother\n",
                "run",
                "--input",
                "-",
                "--journal",
                journal,
                "--group",
                "one=2:needle",
                "--group",
                "two=1:*");
        assertEquals(0, run.status(), run.err());
    }

    @Test
    void shouldDescribe() throws IOException {
        Braid text = Braid.run("journal", "describe", journal);
        assertEquals(0, text.status(), text.err());
        assertTrue(text.text().contains("closed"), text.text());
        assertTrue(text.text().contains("0 to 3"), text.text());

        Braid json = Braid.run("journal", "describe", "--json", journal);
        assertEquals(0, json.status(), json.err());
        Map<?, ?> description = Json.object(json.text());
        assertEquals("4", description.get("results"));
        assertEquals("3", description.get("processed"));
        assertEquals("1", description.get("failed"));
        assertEquals("0", description.get("missing"));
        assertEquals("3", description.get("lowWatermark"));
        assertEquals(
                List.of(
                        Map.of("name", "one", "weight", "2", "firstSubStream", "0", "subStreams", "1"),
                        Map.of("name", "two", "weight", "1", "firstSubStream", "1", "subStreams", "64")),
                description.get("groups"));
        Map<?, ?> segment = (Map<?, ?>) ((List<?>) description.get("segments")).get(0);
        assertEquals("CLOSED", segment.get("end"));
        assertEquals("4", segment.get("results"));
    }

    @Test
    void shouldFindAGoodJournalGood() throws IOException {
        Braid text = Braid.run("journal", "verify", journal);
        assertEquals(0, text.status(), text.err());
        assertTrue(text.text().startsWith("good: 4 results"), text.text());

        Map<?, ?> json =
                Json.object(Braid.run("journal", "verify", journal, "--json").text());
        assertEquals(true, json.get("good"));
        assertEquals(List.of(), json.get("problems"));
    }

    @Test
    void shouldReportDamageWithItsPlace() throws IOException {
        JournalDamage.damage(Path.of(journal), "needle");

        Braid verify = Braid.run("journal", "verify", journal);
        assertEquals(1, verify.status());
        assertTrue(
                verify.lines().get(0).matches("damage: CORRUPT in segment-\\d+, frame \\d+ at offset \\d+: .*"),
                verify.text());

        Braid json = Braid.run("journal", "verify", "--json", journal);
        assertEquals(1, json.status());
        assertEquals(false, Json.object(json.text()).get("good"));

        Braid replay = Braid.run("replay", journal);
        assertEquals(1, replay.status(), replay.err());
        assertTrue(replay.err().contains("CORRUPT in segment-"), replay.err());
    }

    @Test
    void shouldReportADamagedManifest() throws IOException {
        Path manifest = Path.of(journal, "manifest");
        byte[] bytes = Files.readAllBytes(manifest);
        bytes[20] ^= 1;
        Files.write(manifest, bytes);

        for (String[] command : new String[][] {{"replay", journal}, {"journal", "verify", journal}}) {
            Braid braid = Braid.run(command);
            assertEquals(1, braid.status(), braid.err());
            assertTrue((braid.text() + braid.err()).contains("BAD_MANIFEST"), braid.err());
        }
    }

    @Test
    void shouldReportOutputThatCannotBeWritten() {
        for (String[] command : new String[][] {
            {"journal", "describe", journal},
            {"journal", "describe", journal, "--json"},
            {"journal", "verify", journal},
            {"journal", "verify", journal, "--json"},
            {"run", "--input", "-"}
        }) {
            Braid full = Braid.withStreams(InputStream.nullInputStream(), new FailingOutput("No space left"), command);
            assertEquals(1, full.status());
            assertTrue(full.err().contains("cannot write results: No space left"), full.err());
            Braid enough = Braid.withStreams(InputStream.nullInputStream(), new FailingOutput("broken pipe"), command);
            assertEquals(0, enough.status());
            assertEquals("", enough.err());
        }
    }
}
