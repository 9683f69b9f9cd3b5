/**
 * {@code braid run}: records of a file, partitioned by key, through the engine into a journal, with running totals by key.
 * <pre>
 *  RunCommand ─▶ RunSettings ─▶ Run ─▶ RunReport ─▶ ReportPrinter, SummaryWriter
 *
 *  InputSource ─▶ RecordSource ─▶ KeyedRecord ═▶ KeyedTotals ─▶ TotalsCodec ─▶ ResultMeter
 *                  (JSON, CSV, lines)       engine                   journal
 * </pre>
 * The calling thread reads and publishes; the engine's threads do the rest, but for {@code Competition}, which watches from a thread of
 * its own what groups get. Records are published as they are read ({@code StreamedInput}), or all at once
 * ({@code LoadedInput}). Start reading at {@code Run}. What a restart needs is
 * in {@code RunJournals}, {@code ResumedInput} and {@code JournaledRecords}.
 */
package dev.braid.command.run;
