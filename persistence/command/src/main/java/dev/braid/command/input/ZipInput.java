package dev.braid.command.input;

import dev.braid.command.Texts;
import dev.braid.command.UsageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** An entry of a zip archive or jar: the one that is named, or the only one. */
final class ZipInput {
    private static final String SEPARATOR = "!/";
    private static final byte[] BEGINNING = {'P', 'K', 3, 4};
    private static final int MAX_NAMES = 5;

    private ZipInput() {}

    /** An archive, and the name of an entry, or {@code null} for its only one. */
    record Place(Path archive, String entry) {}

    /** An entry that is open. */
    record Opened(ZipFile zip, ZipEntry entry, InputStream stream) {}

    /** Returns the place within an archive that an input names, or {@code null} if it names another file. */
    static Place find(String input) throws IOException {
        Path file = InputFiles.path(input);
        int separator = input.indexOf(SEPARATOR);
        if (separator > 0 && !Files.exists(file)) {
            Path archive = InputFiles.path(input.substring(0, separator));
            return new Place(archive, input.substring(separator + SEPARATOR.length()));
        }
        return isZip(file) ? new Place(file, null) : null;
    }

    private static boolean isZip(Path file) throws IOException {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(file)) {
            return new FirstBytes(in).startWith(BEGINNING);
        }
    }

    /** @throws UsageException if there is no such archive, or no such entry. */
    static Opened open(Place place) throws IOException {
        String name = place.archive().toString();
        if (!Files.exists(place.archive())) {
            throw new UsageException("--input " + name + (place.entry() == null ? "" : SEPARATOR + place.entry())
                    + ": no such file: " + name);
        }
        InputFiles.check("--input " + name, place.archive());
        ZipFile zip;
        try {
            zip = new ZipFile(place.archive().toFile());
        } catch (IOException e) {
            if (!isZip(place.archive())) {
                throw new UsageException("--input " + name + SEPARATOR + place.entry() + ": " + name
                        + " is neither a zip archive nor a jar");
            }
            if (String.valueOf(e.getMessage())
                    .contains("encrypted")) { // The library has no exception of its own for it.
                throw new UsageException("--input " + name + ": is an encrypted zip archive: unpack it");
            }
            throw new IOException("cannot read " + name + ": " + Texts.reasonOf(e), e);
        }
        try {
            ZipEntry entry = place.entry() == null ? onlyEntry(name, zip) : entry(name, zip, place.entry());
            return new Opened(zip, entry, zip.getInputStream(entry));
        } catch (IOException | UsageException e) {
            zip.close();
            throw e;
        }
    }

    private static ZipEntry entry(String archive, ZipFile zip, String name) {
        ZipEntry entry = zip.getEntry(name);
        if (entry == null || entry.isDirectory()) {
            throw new UsageException("--input " + archive + SEPARATOR + name + ": no such entry in " + archive);
        }
        return entry;
    }

    private static ZipEntry onlyEntry(String archive, ZipFile zip) {
        if (zip.getEntry("[Content_Types].xml") != null || zip.getEntry("content.xml") != null) {
            throw new UsageException(
                    "--input " + archive + ": is a workbook or another document of an office program: save it as CSV");
        }
        List<? extends ZipEntry> entries = zip.stream()
                .filter(entry -> !entry.isDirectory() && !entry.getName().startsWith("__MACOSX/"))
                .toList();
        if (entries.size() == 1) {
            return entries.get(0);
        }
        List<String> names =
                entries.stream().limit(MAX_NAMES).map(ZipEntry::getName).toList();
        throw new UsageException("--input " + archive
                + (entries.isEmpty()
                        ? ": is an archive without a file"
                        : ": is an archive of " + entries.size() + " files: name one, as --input " + archive + SEPARATOR
                                + String.join(", or ", names) + (entries.size() > MAX_NAMES ? " ..." : "")));
    }
}
