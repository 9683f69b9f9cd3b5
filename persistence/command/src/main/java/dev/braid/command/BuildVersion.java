package dev.braid.command;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version of the command, as recorded by the build. */
public final class BuildVersion implements IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = BuildVersion.class.getResourceAsStream("version.properties")) {
            properties.load(in);
        }
        return new String[] {"braid " + properties.getProperty("version") + " (Java " + Runtime.version() + ")"};
    }
}
