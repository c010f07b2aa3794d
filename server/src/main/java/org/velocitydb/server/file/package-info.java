/**
 * Small files that are written whole and must never be found half written.
 */
package org.velocitydb.server.file;
