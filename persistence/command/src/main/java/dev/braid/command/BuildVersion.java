package dev.braid.command;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** Which version of the command this is; the build writes it down. */
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
