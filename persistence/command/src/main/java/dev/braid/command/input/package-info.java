/**
 * What a run reads: how bytes become records, each with a key and amounts, or with a reason why it has none.
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
 * Nothing is guessed: what can be read in two ways is refused with the option that tells, or is a FAILED record with a reason.
 * All of it is done by the thread that publishes. Start reading at {@code InputSettings}.
 */
package dev.braid.command.input;
