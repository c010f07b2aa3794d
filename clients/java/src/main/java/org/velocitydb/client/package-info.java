/**
 * The Java client. One connection is shared by any number of threads: requests are numbered, sent without waiting for
 * each other, and matched with their answers by number on one reader thread.
 *
 * <p>Begin with {@link org.velocitydb.client.VelocityClient#connect(String)}. Whatever goes wrong is a {@link
 * org.velocitydb.client.VelocityException}, which says whether the request was certainly not done or may have been.
 */
package org.velocitydb.client;
