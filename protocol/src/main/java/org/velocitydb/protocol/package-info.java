/**
 * What both ends of a connection must agree on. It needs nothing but the JDK.
 */
package org.velocitydb.protocol;
