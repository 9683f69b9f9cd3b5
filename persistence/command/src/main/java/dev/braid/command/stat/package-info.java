/**
 * {@code braid stat}: the live numbers of an engine, from the file of counters that it keeps.
 * <pre>
 *  StatCommand ─▶ CountersMapping ─▶ StatSnapshot ─▶ StatInterval ─▶ StatPrinter, StatJson
 * </pre>
 * Nothing is asked of the engine: its process need not know. All of it runs on the calling thread.
 */
package dev.braid.command.stat;
