/**
 * The braid command, which the scripts run: its entry point, and the classes that its subcommands share. Nobody compiles
 * against it; classes are public here for the sub-packages only.
 * <pre>
 *  BraidCommand ─┬─ run     the job: records by key through the engine into a journal
 *                │    └─ input   what comes in: files of whatever kind, taken apart into records
 *                ├─ replay  results out of a journal; the totals as of a sequence, by run's classes
 *                ├─ journal whole journals: described, verified, mended, copied
 *                └─ stat    the live numbers of an engine
 * </pre>
 * Sub-packages use this package; in this package only the entry point uses them.
 *
 * <p>Results go to standard output, messages to standard error, both through {@code Console}. The exit status is 0 for done,
 * 1 if the data or a check failed, and 2 for wrong usage: {@code ExitStatus}.
 */
package dev.braid.command;
