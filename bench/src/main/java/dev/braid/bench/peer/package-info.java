/**
 * The pipelines and journals that are compared: Braid and the usual alternatives. All do the same work on the same records, and
 * {@code Candidate} and {@code JournalCandidate} list them.
 */
package dev.braid.bench.peer;
