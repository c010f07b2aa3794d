/**
 * Load on a server over its protocol, from one thread: so that what is measured is the server's work, and loopback and
 * generator cost the same whether VelocityDB answers or the null server does.
 */
package org.velocitydb.perf.load;
