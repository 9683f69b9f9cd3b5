package dev.braid.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The documents tell the truth: their Java samples compile without a warning and run, their files and scripts exist. */
class ReadmeTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final Pattern JAVA = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern CLASS = Pattern.compile("public final class (\\w+)");
    private static final Pattern SCRIPT = Pattern.compile("scripts/[\\w-]+\\.sh");
    private static final Pattern LINK = Pattern.compile("\\]\\((?!http)([^)#]+)(?:#([^)]+))?\\)");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "persistence/README.md"})
    void shouldCompileAndRunSamples(String document) throws Exception {
        Matcher samples = JAVA.matcher(Files.readString(ROOT.resolve(document)));
        int count = 0;
        while (samples.find()) {
            count++;
            String source = samples.group(1);
            Matcher name = CLASS.matcher(source);
            assertTrue(name.find(), "a sample without a public final class:\n" + source);
            Path file = Files.writeString(folder.resolve(name.group(1) + ".java"), source);
            ByteArrayOutputStream messages = new ByteArrayOutputStream();
            int status = ToolProvider.getSystemJavaCompiler()
                    .run(
                            null,
                            messages,
                            messages,
                            "-Xlint:all",
                            "-Xlint:-classfile,-path,-processing",
                            "-Werror",
                            "-cp",
                            System.getProperty("java.class.path"),
                            "-d",
                            folder.toString(),
                            file.toString());
            assertEquals(0, status, messages.toString(StandardCharsets.UTF_8));
            for (String expected : expectedOutputs(source)) {
                assertEquals(expected, run(name.group(1)), "output of " + name.group(1));
            }
        }
        assertTrue(count > 0, "no sample found");
    }

    /** A sample says in its last comment what it prints, and what it prints when it runs again with the same journal. */
    private static List<String> expectedOutputs(String source) {
        Matcher prints = Pattern.compile("// prints: (.*)").matcher(source);
        assertTrue(prints.find(), "the sample does not say what it prints");
        return List.of(prints.group(1).trim().split(", then "));
    }

    private String run(String mainClass) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        Arrays.stream(System.getProperty("braid.jvm.flags").trim().split("\\s+"))
                .forEach(command::add);
        command.add("-cp");
        command.add(folder + System.getProperty("path.separator") + System.getProperty("java.class.path"));
        command.add(mainClass);
        command.add(folder.resolve("journal-of-" + mainClass).toString());
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (InputStream output = process.getInputStream()) {
            String text = new String(output.readAllBytes(), StandardCharsets.UTF_8).trim();
            assertEquals(0, process.waitFor(), "exit status of " + mainClass);
            return text;
        }
    }

    static List<String> documents() throws IOException {
        List<String> documents = new ArrayList<>();
        for (String folder : List.of("", "engine", "persistence", "persistence/command", "bench", "scripts")) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(ROOT.resolve(folder), "*.md")) {
                files.forEach(file -> documents.add(ROOT.relativize(file).toString()));
            }
        }
        return documents;
    }

    @ParameterizedTest
    @MethodSource("documents")
    void shouldNameScriptsAndFilesThatExist(String document) throws IOException {
        Path file = ROOT.resolve(document);
        String text = Files.readString(file);
        Matcher scripts = SCRIPT.matcher(text);
        while (scripts.find()) {
            assertTrue(Files.isExecutable(ROOT.resolve(scripts.group())), scripts.group());
        }
        Matcher links = LINK.matcher(text);
        while (links.find()) {
            Path linked = file.resolveSibling(links.group(1));
            assertTrue(Files.exists(linked), links.group(1));
            if (links.group(2) != null) {
                assertTrue(anchors(linked).contains(links.group(2)), links.group());
            }
        }
    }

    /** What links may name of a document's headings. */
    private static List<String> anchors(Path document) throws IOException {
        return Files.readAllLines(document).stream()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("#+ ", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\w -]", "")
                        .replace(' ', '-'))
                .toList();
    }
}
