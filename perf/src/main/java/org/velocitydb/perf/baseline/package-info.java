/**
 * What the machine itself can do: the ceilings that our figures are read against. Nothing here uses VelocityDB.
 */
package org.velocitydb.perf.baseline;
