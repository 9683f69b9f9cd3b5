/**
 * {@code braid journal}: commands for whole journals, each in a class of its own, over {@code dev.braid.persistence.Journals}.
 * <pre>
 *  JournalCommand ─┬─ DescribeCommand, VerifyCommand, CompareCommand   look
 *                  ├─ DumpCommand ─▶ FrameWriter: JsonFrames, HexFrames look closer
 *                  ├─ RecoveryPlanCommand                               what a restart would do
 *                  └─ SalvageCommand, RetainCommand, BackupCommand      write
 * </pre>
 * Everything runs on the calling thread.
 */
package dev.braid.command.journal;
