/**
 * The braid command, which the scripts run: its entry point, and what its sub-commands share. Nobody compiles against it; what is
 * public here is so for the sub-packages.
 * <pre>
 *  BraidCommand ─┬─ run     the job: records by key through the engine into a journal
 *                │    └─ input   what comes in: files of whatever kind, taken apart into records
 *                ├─ replay  results out of a journal; the totals as of a sequence, by run's classes
 *                ├─ journal whole journals: described, verified, mended, copied
 *                └─ stat    the live numbers of an engine
 * </pre>
 * Sub-packages use this package; of this package the entry point alone uses them.
 *
 * <p>Results go to standard output, messages to standard error, both through {@code Console}. The exit status is 0 for done, 1
 * where the data or a check failed, and 2 for wrong usage: {@code ExitStatus}.
 */
package dev.braid.command;
