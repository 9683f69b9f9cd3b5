/**
 * Shares one JVM's processing capacity between the sub-streams of one stream, in proportion to the weights of their groups.
 * <pre>
 *  Ingress ─▶ IngestRing ─▶ PartitionHandler ─▶ Backlog ─▶ Dispatcher ─▶ HandlerLoop ─▶ InFlight ─▶ MergeStage ─▶ MergeHandler
 *  (IngressCredit) (CellPool)  (PartitionLookAhead, (GroupState,  (Inline or   (SubStream)  (SequenceWindow)
 *                               PartitionStalls,     SubStream)    Worker)
 *                               TaggingBudget)          ▲
 *                                           WeightedScheduler (OutOfTurn, Accounts, VirtualTimes)
 * </pre>
 * <p>
 * <b>Threads.</b>
 * <table>
 * <caption>Which thread uses which classes</caption>
 * <tr><th>thread</th><th>classes</th></tr>
 * <tr><td>publishers, any</td><td>{@link dev.braid.engine.Ingress} with {@code IngressClaims} and {@code IngressRecords}, and the
 * claiming side of the ring</td></tr>
 * <tr><td>the conductor: the engine's only thread, the thread that invokes, or with workers the first thread</td>
 * <td>{@code Conductor}, and the classes that it uses to tag, schedule and keep accounts; with workers {@code WorkerDispatcher} and
 * {@code WorkerAccount}; without them also handlers and merge</td></tr>
 * <tr><td>workers</td><td>one {@code Worker} with a {@code HandlerLoop} each; batches come and go through the {@code Exchange}</td></tr>
 * <tr><td>the merge thread, with workers</td><td>{@code MergeAgent} with the {@code MergeStage}; results come through the
 * {@code MergeQueue}</td></tr>
 * <tr><td>any</td><td>{@link dev.braid.engine.BraidEngine}, {@link dev.braid.engine.EngineStats}, {@code WeightChanges},
 * {@code EngineLifecycle}</td></tr>
 * </table>
 * <p>
 * <b>Where to start reading.</b> {@link dev.braid.engine.EngineBuilder#build()} freezes the settings into an {@code EngineConfig}.
 * {@code EngineAssembly} makes the parts, most of which take an {@code EngineContext}; an {@code EngineRunner} runs them, on the
 * engine's threads or on the user's. {@code Conductor.doWork} is one duty cycle: tag, pick, dispatch, merge. Then follow a record
 * through the classes of the picture. {@code EngineLifecycle}, {@code WakeUp} and {@code Exchange} are the hand-overs between
 * threads; their comments argue for their correctness. What scheduling promises, and why, is in {@code engine/DESIGN.md}.
 * {@code ArchitectureTest} in {@code bench}, the module that sees all others, holds the walls between packages and the limits on
 * constructors and methods.
 */
package dev.braid.engine;
