package dev.braid.persistence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * What a backup says of itself, in a file of its own: so that one which was opened and written since is told from one that
 * is as it was made. Lines of text, the last one a checksum of those before:
 * <pre>
 *   braid-backup 1
 *   manifest 8f0a12cd
 *   input 51e02b77
 *   snapshot snapshot-0000000000000001234
 *   checksum 1d2e3f40
 * </pre>
 *
 * @param manifest  checksum of the manifest.
 * @param input     checksum of the input journal's manifest, {@code null} if it has none.
 * @param snapshots names of all snapshots.
 */
record BackupStamp(String manifest, String input, List<String> snapshots) {
    static final String FILE_NAME = "backup.stamp";

    private static final String TITLE = "braid-backup 1";
    private static final String MANIFEST = "manifest ";
    private static final String INPUT = "input ";
    private static final String SNAPSHOT = "snapshot ";
    private static final String CHECKSUM = "checksum ";

    /** Reads that in a folder; {@code null} if there is none. */
    static BackupStamp read(Path folder) {
        Path path = folder.resolve(FILE_NAME);
        try (ChannelFile file = ChannelFile.toRead(path)) {
            return decode(path, new String(file.readAll(), StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new JournalException("cannot read " + path + ": " + e, e);
        }
    }

    private static BackupStamp decode(Path path, String text) {
        int end = text.lastIndexOf(CHECKSUM);
        if (end < 0
                || !text.startsWith(TITLE + "\n")
                || !text.substring(end).strip().equals(CHECKSUM + checksum(text.substring(0, end)))) {
            throw new JournalException(path + " is damaged: make the backup anew, in another folder");
        }
        String manifest = null;
        String input = null;
        List<String> snapshots = new ArrayList<>();
        for (String line : text.substring(0, end).split("\n")) {
            if (line.startsWith(MANIFEST)) {
                manifest = line.substring(MANIFEST.length());
            } else if (line.startsWith(INPUT)) {
                input = line.substring(INPUT.length());
            } else if (line.startsWith(SNAPSHOT)) {
                snapshots.add(line.substring(SNAPSHOT.length()));
            }
        }
        return new BackupStamp(manifest, input, List.copyOf(snapshots));
    }

    private String encode() {
        StringBuilder text = new StringBuilder(TITLE).append('\n');
        text.append(MANIFEST).append(manifest).append('\n');
        if (input != null) {
            text.append(INPUT).append(input).append('\n');
        }
        snapshots.forEach(name -> text.append(SNAPSHOT).append(name).append('\n'));
        return text + CHECKSUM + checksum(text.toString()) + "\n";
    }

    void write(Path folder) throws IOException {
        Path path = folder.resolve(FILE_NAME);
        FileDisk.INSTANCE.delete(path);
        try (Disk.File file = FileDisk.INSTANCE.open(path)) {
            file.writeFully(ByteBuffer.wrap(encode().getBytes(StandardCharsets.UTF_8)), 0);
            file.force();
        }
    }

    /** Of the manifest in a folder, {@code null} if there is none. */
    static String checksumOfManifest(Path folder) {
        try (ChannelFile file = ChannelFile.toRead(folder.resolve(ManifestFile.NAME))) {
            return checksum(file.readAll());
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new JournalException("cannot read the manifest of " + folder + ": " + e, e);
        }
    }

    private static String checksum(String text) {
        return checksum(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }
}
