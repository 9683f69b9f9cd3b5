/** What is measured: Braid, and what one would use otherwise. All do the same work on the same records, and {@code Candidate} lists them. */
package dev.braid.bench.peer;
