/**
 * The input of a run: turns bytes into records, each with a key and amounts, or with the reason why it is malformed.
 * <pre>
 *  InputOptions ─▶ InputSettings
 *
 *  InputSource  ─▶  InputBytes ─▶ RawRecords ─▶ RecordSource ─▶ KeyedRecord
 *  file, archive,                 LineReader,   CSV, JSON,
 *  standard input                 JsonElements  lines
 *   │
 *   ├─ InputFiles, ZipInput, StandardInput   what can be opened
 *   ├─ Packing, FirstBytes                   what is unpacked, or refused by its name
 *   └─ TextEncoding, Utf8Stream, Utf8        what is text, and in which charset
 * </pre>
 * Nothing is guessed: ambiguous input is refused with the name of the option that decides, or becomes a FAILED record with a
 * reason. Everything runs on the publishing thread. Start reading at {@code InputSettings}.
 */
package dev.braid.command.input;
