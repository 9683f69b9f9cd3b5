package dev.braid.command;

/** Commands that a user can copy into a shell. */
public final class ShellWords {
    /** System property set by the scripts: their folder, as the user called them. */
    public static final String SCRIPTS = System.getProperty("braid.scripts");

    private ShellWords() {}

    public static String script(String command) {
        return SCRIPTS + "/" + command + ".sh";
    }

    /** Returns a command as the user calls it. */
    public static String command(String name) {
        return SCRIPTS == null ? "braid " + name : quote(script(name));
    }

    public static String quote(String word) {
        return word.matches("[\\w./:@%+,=-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
