/**
 * Figures for monitoring, in the text format that Prometheus and its kin read.
 */
package org.velocitydb.server.metrics;
