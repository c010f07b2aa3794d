package org.velocitydb.server.users;

import java.lang.ref.SoftReference;

import org.bouncycastle.crypto.generators.Argon2BytesGenerator.Block;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator.BlockPool;

/**
 * The memory that the verifications of one thread use one after the other. Without it each would ask the heap for 64
 * MiB of live objects, which the collector copies, while all threads stand, every second or third time; a flood of
 * logins would then be felt by everybody.
 *
 * <p>What is kept is bounded by the default parameters; a hash that needs more gets the rest from the heap. The
 * collector takes all of it where the heap becomes short. Blocks are wiped when they come back, so that nothing that a
 * password led to stays behind. Used on one thread.
 */
final class Argon2Memory implements BlockPool
{
    private static final int KEPT_BLOCK_COUNT_MAX = Argon2Phc.DEFAULT_MEMORY_KIB;
    private static final ThreadLocal<SoftReference<Argon2Memory>> OF_THREAD = new ThreadLocal<>();

    private final Block[] kept = new Block[KEPT_BLOCK_COUNT_MAX];
    private int keptCount;

    private Argon2Memory()
    {
    }

    static Argon2Memory ofThread()
    {
        final SoftReference<Argon2Memory> reference = OF_THREAD.get();
        final Argon2Memory before = reference == null ? null : reference.get();
        if (before != null)
        {
            return before;
        }
        final Argon2Memory memory = new Argon2Memory();
        OF_THREAD.set(new SoftReference<>(memory));
        return memory;
    }

    @Override
    public Block allocate()
    {
        if (keptCount == 0)
        {
            return new Block();
        }
        final Block block = kept[--keptCount];
        kept[keptCount] = null;
        return block;
    }

    @Override
    public void deallocate(final Block block)
    {
        block.clear();
        if (keptCount < KEPT_BLOCK_COUNT_MAX)
        {
            kept[keptCount++] = block;
        }
    }
}
