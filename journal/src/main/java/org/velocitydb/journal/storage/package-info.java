/**
 * The seam to files. Everything in VelocityDB that touches a file does so through {@link
 * org.velocitydb.journal.storage.Storage},
 * so that a test can put a disk beneath a whole node that crashes, tears writes and forgets what was not forced.
 *
 * <p>Three ideas: names are relative to one root directory and use {@code /}; only {@link
 * org.velocitydb.journal.storage.StorageFile#force()} makes bytes durable and only {@link
 * org.velocitydb.journal.storage.Storage#forceDirectory(String)} makes names durable; every failure is a typed {@link
 * org.velocitydb.journal.storage.StorageException} that names the file.
 */
package org.velocitydb.journal.storage;
