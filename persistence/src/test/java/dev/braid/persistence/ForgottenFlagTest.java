package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who forgets the flag that the JVM needs is told by whatever is touched first. */
class ForgottenFlagTest {
    private static final int TIMEOUT_S = 60;
    /** Where journals are made or opened: every public static method that is given a folder. */
    private static final List<Class<?>> BEGINNINGS = List.of(
            Braid.class,
            JournalWriter.class,
            JournalReader.class,
            JournalRetention.class,
            JournalFrames.class,
            Journals.class);

    @TempDir
    Path dir;

    private static List<Method> beginnings() {
        List<Method> methods = new ArrayList<>();
        for (Class<?> type : BEGINNINGS) {
            for (Method method : type.getDeclaredMethods()) {
                int modifiers = method.getModifiers();
                if (Modifier.isPublic(modifiers)
                        && Modifier.isStatic(modifiers)
                        && Arrays.asList(method.getParameterTypes()).contains(Path.class)) {
                    methods.add(method);
                }
            }
        }
        return methods;
    }

    @Test
    void shouldNameTheFlagInOneLineFromWhateverIsTouchedFirst() throws Exception {
        List<Method> methods = beginnings();
        assertTrue(methods.size() > 15, methods::toString);
        Path output = dir.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ForgottenFlagTest.class.getName(),
                dir.resolve("journal").toString());
        builder.environment().keySet().removeAll(List.of("JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS"));
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertTrue(process.waitFor(TIMEOUT_S, TimeUnit.SECONDS), "not done within " + TIMEOUT_S + " s");
        } finally {
            process.destroyForcibly();
        }
        String expected = " java.lang.IllegalStateException: the JVM was started without a flag that Braid needs: "
                + "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED (engine/README.md tells where to set it)";
        List<String> lines = Files.readAllLines(output);
        assertEquals(methods.size(), lines.size(), () -> String.join("\n", lines));
        for (String line : lines) {
            assertTrue(line.endsWith(expected), line);
        }
    }

    /** The program: touches each, and says on a line what it threw. */
    public static void main(String[] args) throws ReflectiveOperationException {
        for (Method method : beginnings()) {
            Object[] arguments = new Object[method.getParameterCount()];
            for (int i = 0; i < arguments.length; i++) {
                arguments[i] = argument(method.getParameterTypes()[i], Path.of(args[0]));
            }
            try {
                method.invoke(null, arguments);
                System.out.println(method + " nothing");
            } catch (InvocationTargetException e) {
                System.out.println(method + " " + e.getCause());
            }
        }
    }

    private static Object argument(Class<?> type, Path dir) {
        if (type == Path.class) {
            return dir;
        }
        if (type == ReadOrder.class) {
            return ReadOrder.SEQUENCE;
        }
        if (type == ProgressListener.class) {
            return ProgressListener.NONE;
        }
        return type == long.class ? (Object) 0L : null;
    }
}
