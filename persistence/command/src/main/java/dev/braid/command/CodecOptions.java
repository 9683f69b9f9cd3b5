package dev.braid.command;

import picocli.CommandLine.Option;

/** Options that name a user's codec, for commands that print records. */
public final class CodecOptions {
    @Option(
            names = "--codec",
            paramLabel = "CLASS",
            description = "Prints each record as this codec reads it, instead of its bytes.")
    private String codec;

    @Option(
            names = "--record",
            paramLabel = "CLASS",
            description = "The codec's records, with a constructor without parameters, if the codec does not tell.")
    private String record;

    @Option(names = "--class-path", paramLabel = "PATH", description = "Jars and folders with the codec.")
    private String classPath;

    /** Whether a codec is given. */
    public boolean isGiven() {
        return codec != null;
    }

    /**
     * Loads the codec.
     *
     * @return {@code null} if no codec is given.
     * @throws UsageException if the codec cannot be loaded, or if its options are given without it.
     */
    public CodecText load() {
        if (codec == null && (record != null || classPath != null)) {
            throw new UsageException((record != null ? "--record " + record : "--class-path " + classPath)
                    + ": there must be a --codec");
        }
        return codec == null ? null : CodecText.load(codec, record, classPath);
    }
}
