/**
 * The Java client's way to a server over Aeron: put this module on the class path and connect to
 * {@code aeron:ipc} or {@code aeron:udp?endpoint=host:port}. The JVM needs
 * {@code --add-opens java.base/jdk.internal.misc=ALL-UNNAMED}, for Agrona.
 */
package org.velocitydb.client.aeron;
