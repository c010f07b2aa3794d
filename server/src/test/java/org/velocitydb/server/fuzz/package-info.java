/**
 * Fuzz tests: what they found is kept as inputs in the test's resources and tried again in every build.
 */
package org.velocitydb.server.fuzz;
