/**
 * {@code braid stat}: prints the live counters of an engine, from a file that the engine maintains.
 * <pre>
 *  StatCommand ─▶ CountersMapping ─▶ StatSnapshot ─▶ StatInterval ─▶ StatPrinter, StatJson
 * </pre>
 * The engine's process is not contacted. Everything runs on the calling thread.
 */
package dev.braid.command.stat;
