package dev.braid.command;

/** Commands that a user can copy into a shell. */
public final class ShellWords {
    /** Set by the scripts: the folder in which they are, as the user called them. */
    public static final String SCRIPTS = System.getProperty("braid.scripts");

    private ShellWords() {}

    public static String script(String command) {
        return SCRIPTS + "/" + command + ".sh";
    }

    /** How the user calls a command. */
    public static String command(String name) {
        return SCRIPTS == null ? "braid " + name : quote(script(name));
    }

    public static String quote(String word) {
        return word.matches("[\\w./:@%+,=-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
