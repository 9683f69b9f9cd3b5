/**
 * The journal: every result once, in order, in files that survive what they are said to survive, and what is done with them
 * afterwards.
 * <pre>
 *  writing     JournalWriter ─▶ FrameEncoder ─▶ FrameLog ─▶ SegmentWriter ─▶ Disk          the engine's merge thread
 *              (RecordCodec)    (FrameLayout)   (FrameChain) (OpenSegment)
 *                                                  │
 *                                                  ├─▶ SegmentSyncer, SegmentPreparer      threads of the journal
 *                                                  ├─▶ WriterFence, JournalMark
 *                                                  └─▶ DurabilityNotifier ─▶ DurableResultListener
 *
 *  reading     JournalReader ◀─ FrameCursor ◀─ SegmentReader ◀─ SegmentScanner ◀─ FileWindow
 *              (ReorderWindow)                 (FrameDecoder)   (FrameFinder)
 *
 *  opening     JournalRecovery ─▶ JournalRepair ─▶ RecoveryReport;  RecoveryPlan is the same, and changes nothing
 *  state       HandlerStates ─▶ Snapshotter;  StateRebuild ◀─ SnapshotChoice ◀─ Timeline
 *  input       InputJournal ─▶ InputFeed: records before they are handled, for sources that cannot send again
 *  tools       Journals: JournalAudit, JournalSalvage, JournalBackup, JournalComparison; JournalRetention
 * </pre>
 * <p>
 * <b>Threads.</b> A {@link dev.braid.persistence.JournalWriter} belongs to the engine's thread that merges; what others may call says
 * so. The duties of a journal's own threads are in {@code JournalDuty}. A reader belongs to one thread at a time.
 * <p>
 * <b>Where to start reading.</b> {@code persistence/FORMAT.md} and {@code FrameLayout} for what is in the files; then the picture from
 * left to right. {@code Disk} is the one seam at which tests make a disk lie. {@code Manifest}, {@code JournalMark},
 * {@code LockFile} and {@code SnapshotFile} are the other four formats. Whatever is read from a file is a claim: see
 * {@code FrameClaims} and {@code ManifestClaims}.
 */
package dev.braid.persistence;
