/**
 * Shares one JVM's processing capacity between the sub-streams of one stream, in proportion to the weights of their groups.
 * <pre>
 *  Ingress ─▶ IngestRing ─▶ PartitionHandler ─▶ Backlog ─▶ Dispatcher ─▶ HandlerLoop ─▶ InFlight ─▶ MergeStage ─▶ MergeHandler
 *  (IngressCredit)   (CellPool)    (PartitionLookAhead,         (GroupState,    (Inline or    (SubStream)    (SequenceWindow)
 *                            TaggingBudget)      SubStream) Worker)
 *                                                   ▲
 *                                       WeightedScheduler (OutOfTurn, Accounts, VirtualTimes)
 * </pre>
 * <p>
 * <b>Threads.</b>
 * <table>
 * <caption>Which thread uses which classes</caption>
 * <tr><th>thread</th><th>classes</th></tr>
 * <tr><td>publishers, any</td><td>{@link dev.braid.engine.Ingress}, and of the ring the side that claims</td></tr>
 * <tr><td>the conductor: the engine's one thread, the one that invokes, or with workers the first</td>
 * <td>{@code Conductor}, and under it all that tags, schedules and keeps accounts; without workers handlers and merge, too</td></tr>
 * <tr><td>workers</td><td>{@code Worker} with a {@code HandlerLoop} each; batches come and go by the {@code Exchange}</td></tr>
 * <tr><td>the merge, where there are workers</td><td>{@code MergeAgent} with the {@code MergeStage}; results come by the
 * {@code MergeQueue}</td></tr>
 * <tr><td>any</td><td>{@link dev.braid.engine.BraidEngine}, {@link dev.braid.engine.EngineStats}, {@code WeightChanges},
 * {@code EngineLifecycle}</td></tr>
 * </table>
 * <p>
 * <b>Where to start reading.</b> {@code EngineAssembly} puts the parts together. {@code Conductor.doWork} is one duty cycle: tag, pick,
 * dispatch, merge. Then follow a record through the classes of the picture. {@code EngineLifecycle}, {@code WakeUp} and
 * {@code Exchange} are the hand-overs between threads; the comments of these classes argue for them. What scheduling promises, and
 * why, is in {@code engine/DESIGN.md}. The walls between packages are held by {@code ArchitectureTest} in {@code bench}, which sees
 * them all.
 */
package dev.braid.engine;
