/**
 * The admin port: health and metrics over HTTP, for the machine's own programs. Nobody logs in there, nothing can be
 * changed there, and no key, value or password is told there.
 */
package org.velocitydb.server.admin;
