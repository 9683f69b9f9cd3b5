package dev.braid.engine;

import org.agrona.UnsafeApi;

/**
 * Names in one line the flag that the JVM lacks. For Braid's own modules: their builders and readers check here first, before a
 * class of Agrona fails with an error that names no flag.
 */
public final class JvmFlags {
    private static final String NEEDED = "jdk.internal.misc";

    private JvmFlags() {}

    /**
     * Checks that Agrona can work. For any thread.
     *
     * @throws IllegalStateException if the JVM was started without the flag that exports what Agrona needs.
     */
    public static void check() {
        Module agrona = UnsafeApi.class.getModule(); // Does not initialise the class.
        if (!Object.class.getModule().isExported(NEEDED, agrona)) {
            throw new IllegalStateException(
                    "the JVM was started without a flag that Braid needs: --add-exports=java.base/"
                            + NEEDED + "=" + (agrona.isNamed() ? agrona.getName() : "ALL-UNNAMED")
                            + " (engine/README.md tells where to set it)");
        }
    }
}
