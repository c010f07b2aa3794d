package org.velocitydb.server.node;

/**
 * Where unpredictable bytes come from; in a simulation, from its seed.
 */
@FunctionalInterface
public interface EntropySource
{
    /**
     * Fills an array.
     *
     * @param bytes to be filled.
     */
    void fill(byte[] bytes);
}
