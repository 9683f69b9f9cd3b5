/**
 * The journal: every result once, in order, in files that survive what their {@link dev.braid.persistence.Durability} says, and the
 * tools for such files.
 * <pre>
 *  writing     JournalWriter ─▶ ResultStage ─▶ FrameLog ─▶ SegmentWriter ─▶ Disk           the engine's merge thread
 *              (EngineWiring)   (RecordCodec,  (FrameChain, OpenSegment)
 *                                FrameEncoder)    │
 *                                                 ├─▶ SegmentSyncer, SegmentPreparer       threads of the journal
 *                                                 ├─▶ WriterFence, JournalMark
 *                                                 └─▶ DurabilityNotifier ─▶ DurableResultListener
 *
 *  reading     JournalReader ◀─ FrameCursor ◀─ SegmentReader ◀─ SegmentScanner ◀─ FileWindow
 *              (ReorderWindow)  (JournalView,  (FrameDecoder)   (FrameFinder)
 *                                ReachedEnd)
 *
 *  opening     JournalRecovery ─▶ JournalRepair ─▶ OpenJournal;  RecoveryPlan only tells what would be done
 *              (UnsealedSegments, RecoveryFindings)
 *  state       HandlerStates ─▶ Snapshotter;  StateRebuild ◀─ SnapshotChoice ◀─ Timeline
 *              SubStreamIds ◀─ GroupHistory: which sub-stream and group of an earlier run is which one now
 *  input       InputJournal ─▶ InputFeed: records before they are handled, for sources that cannot send again
 *  tools       Journals: JournalAudit, JournalSalvage, JournalBackup, JournalComparison; JournalRetention
 * </pre>
 * <p>
 * <b>Threads.</b> A {@link dev.braid.persistence.JournalWriter} belongs to the engine's thread that merges; methods that other
 * threads may call say so. The duties of a journal's own threads are in {@code JournalDuty}. A reader belongs to one thread at a
 * time.
 * <p>
 * <b>Where to start reading.</b> {@code persistence/FORMAT.md} and {@code FrameLayout} describe the files; then follow the picture
 * from left to right. {@code Disk} is the seam at which tests make a disk lie. {@code Manifest}, {@code JournalMark},
 * {@code LockFile} and {@code SnapshotFile} are the other four formats. Everything read from a file is a claim, which
 * {@code FrameClaims} and {@code ManifestClaims} check.
 */
package dev.braid.persistence;
