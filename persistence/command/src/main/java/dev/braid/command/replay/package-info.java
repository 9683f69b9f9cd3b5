/**
 * {@code braid replay}: results of a journal, in sequence or journal order, from and to where one likes.
 * <pre>
 *  ReplayCommand ─▶ Replay ─▶ ResultWriter: JsonResults, CsvResults, RawResults, ResultCount
 * </pre>
 * All of it runs on the calling thread. Start reading at {@code Replay}.
 */
package dev.braid.command.replay;
