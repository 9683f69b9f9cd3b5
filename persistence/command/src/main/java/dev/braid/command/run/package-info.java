/**
 * {@code braid run}: records of a file, partitioned by key, through the engine into a journal, with running totals by key.
 * <pre>
 *  RunCommand ─▶ RunSettings ─▶ Run ─▶ RunReport ─▶ ReportPrinter, SummaryWriter
 *
 *  InputSource ─▶ RecordSource ─▶ KeyedRecord ═▶ KeyedTotals ─▶ TotalsCodec ─▶ ResultMeter
 *                  (JSON, CSV, lines)       engine                   journal
 * </pre>
 * The calling thread reads and publishes; the engine's threads do the rest, except that {@code Competition} measures shares
 * on a thread of its own. Records are published as they are read ({@code StreamedInput}), or all at once ({@code
 * LoadedInput}). Start reading at {@code Run}. {@code RunJournals}, {@code ResumedInput} and {@code JournaledRecords} serve
 * restarts.
 */
package dev.braid.command.run;
