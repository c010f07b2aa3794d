/**
 * Users and their passwords.
 *
 * <p>A user is a name and an Argon2id string in the section {@code [users]} of {@code velocity.toml}. {@link
 * org.velocitydb.server.users.UserFile} writes one there without touching any other line; {@link
 * org.velocitydb.server.users.UserFileMonitor}
 * notices the change in a running server. Verifying a password takes 64 MiB and about a tenth of a second, so it is
 * done by {@link org.velocitydb.server.users.AuthenticationAgent} away from the event loops, few at a time.
 */
package org.velocitydb.server.users;
