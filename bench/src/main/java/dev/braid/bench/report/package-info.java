/** Makes a page, images and tables of results. */
package dev.braid.bench.report;
