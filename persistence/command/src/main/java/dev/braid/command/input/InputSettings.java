package dev.braid.command.input;

import dev.braid.command.Texts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The input and its format: the options, checked, with all defaults filled in.
 *
 * @param input     as given, or {@code null} for FoodMart.
 * @param format    of the input.
 * @param charset   of its text, or {@code null} if none was named.
 * @param dialect   of CSV.
 * @param keyField  field that is the key, or {@code null}.
 * @param keyRegex  finds the key in the raw text, or {@code null}; without either the whole line is the key.
 * @param sumFields fields to be summed up.
 */
public record InputSettings(
        String input,
        RecordFormat format,
        Charset charset,
        CsvDialect dialect,
        String keyField,
        KeyRegex keyRegex,
        List<String> sumFields) {

    /** Whether the sales that come with the command are read. */
    public boolean isFoodMart() {
        return input == null;
    }

    /** Whether the input can be read again from its start. */
    public boolean canResend() {
        return input == null
                || !input.equals("-") && (!Files.exists(Path.of(input)) || Files.isRegularFile(Path.of(input)));
    }

    public InputSource open(InputStream standardInput) throws IOException {
        return input == null
                ? InputSource.openResource(FoodMart.RESOURCE)
                : InputSource.open(input, standardInput, charset);
    }

    /**
     * Divides an input into records.
     *
     * @param beforeRead is run before each read of the input, which may block.
     */
    public RecordSource records(InputSource source, Runnable beforeRead) throws IOException {
        InputBytes bytes = new InputBytes(source.stream(), beforeRead);
        int maxLength = RawRecords.DEFAULT_MAX_LENGTH;
        if (format == RecordFormat.JSON) {
            return new JsonRecords(bytes, source.encoding(), maxLength, this);
        }
        LineReader lines = new LineReader(bytes, source.encoding(), maxLength);
        try {
            return format == RecordFormat.CSV ? new CsvRecords(lines, this) : new LineRecords(lines, keyRegex);
        } catch (IOException e) {
            throw new IOException("cannot read " + source.name() + ": " + Texts.reasonOf(e), e);
        }
    }
}
