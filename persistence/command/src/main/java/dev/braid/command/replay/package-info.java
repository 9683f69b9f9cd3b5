/**
 * {@code braid replay}: prints the results of a journal, in sequence or journal order, from and to any place.
 * <pre>
 *  ReplayCommand ─▶ Replay ─▶ ResultWriter: JsonResults, CsvResults, RawResults, ResultCount
 * </pre>
 * Everything runs on the calling thread. Start reading at {@code Replay}.
 */
package dev.braid.command.replay;
