package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first builder names the JVM flag that was forgotten. */
class JvmFlagsTest {
    private static final int TIMEOUT_S = 60;

    @TempDir
    Path dir;

    @Test
    void shouldNameTheFlagInOneLineWhereItIsForgotten() throws Exception {
        Path output = dir.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                JvmFlagsTest.class.getName());
        builder.environment().keySet().removeAll(List.of("JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS"));
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertTrue(process.waitFor(TIMEOUT_S, TimeUnit.SECONDS), "not done within " + TIMEOUT_S + " s");
        } finally {
            process.destroyForcibly();
        }
        assertEquals(
                List.of(
                        "java.lang.IllegalStateException: the JVM was started without a flag that Braid needs: "
                                + "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED (engine/README.md tells where to set it)"),
                Files.readAllLines(output));
    }

    @Test
    void shouldSayNothingWhereItIsGiven() {
        JvmFlags.check();
    }

    /** The program: begins to describe an engine. */
    public static void main(String[] args) {
        try {
            BraidEngine.builder(Job::new);
            System.out.println("nothing was said");
        } catch (IllegalStateException e) {
            System.out.println(e);
        }
    }
}
