package dev.braid.engine;

/** Default receiver of errors and warnings: the system logger that is named after the package. For any thread. */
final class EngineLog {
    private static final System.Logger LOGGER = System.getLogger(EngineLog.class.getPackageName());

    private EngineLog() {}

    static void warn(String warning) {
        LOGGER.log(System.Logger.Level.WARNING, warning);
    }

    static void error(Throwable error) {
        LOGGER.log(System.Logger.Level.ERROR, String.valueOf(error.getMessage()), error);
    }
}
