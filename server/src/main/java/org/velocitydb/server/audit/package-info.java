/**
 * The audit log: who did what, when, from where and with what result, in lines that cannot be changed unnoticed.
 *
 * <p>Event loops write events as bytes into rings of their own ({@link org.velocitydb.server.audit.LoopAudit}) and
 * never touch a file. One agent takes them out, makes lines of JSON of them, chains each line to the one before by its
 * hash, and writes, forces and rotates the files ({@link org.velocitydb.server.audit.AuditLog}). {@link
 * org.velocitydb.server.audit.AuditVerifier} reads the files back and says what has been done to them.
 */
package org.velocitydb.server.audit;
