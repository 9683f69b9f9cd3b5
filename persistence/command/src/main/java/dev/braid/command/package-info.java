/**
 * The braid command, which the scripts run. Nobody compiles against it.
 * <pre>
 *  BraidCommand ─┬─ RunCommand ─▶ Run: InputSource ─▶ RecordFormat ─▶ engine (KeyedTotals) ─▶ RunJournals ─▶ RunReport
 *                ├─ ReplayCommand ─▶ Replay ─▶ ResultWriter: JSON, CSV, raw, count
 *                ├─ JournalCommand: describe, verify, dump, recovery-plan, salvage, retain, backup, compare
 *                └─ StatCommand ─▶ StatSnapshot ─▶ StatPrinter, StatJson
 * </pre>
 * Results go to standard output, messages to standard error, both through {@code Console}. The exit status is 0 for done, 1 where the
 * data or a check failed, and 2 for wrong usage.
 */
package dev.braid.command;
