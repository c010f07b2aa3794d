package org.velocitydb.engine.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Who has to leave, with room for less than the two blocks there are, one on probation and one in the window.
 */
final class BlockPolicyTest
{
    private static final int BLOCK_LENGTH = 1000;
    private static final long THERE = BlockKey.of(1, 0);
    private static final long NEWCOMER = BlockKey.of(2, 0);

    private final BlockPolicy policy = new BlockPolicy(64);
    private final long thereFrame = BlockFrame.allocate(THERE, BLOCK_LENGTH);
    private final long newcomerFrame = BlockFrame.allocate(NEWCOMER, BLOCK_LENGTH);

    @AfterEach
    void free()
    {
        BlockFrame.free(thereFrame);
        BlockFrame.free(newcomerFrame);
    }

    private long victim(final int thereCount, final int newcomerCount)
    {
        policy.roomBytes(BLOCK_LENGTH);
        count(THERE, thereCount);
        policy.add(thereFrame, BLOCK_LENGTH);
        policy.passWindow();
        count(NEWCOMER, newcomerCount);
        policy.add(newcomerFrame, BLOCK_LENGTH);
        return policy.queues().frame(policy.victim());
    }

    private void count(final long key, final int count)
    {
        for (int i = 0; i < count; i++)
        {
            policy.count(key);
        }
    }

    @Test
    void shouldKeepWhoIsThereAgainstANewcomerThatIsAskedForAsOften()
    {
        assertEquals(newcomerFrame, victim(3, 3));
    }

    @Test
    void shouldKeepANewcomerThatIsAskedForMoreOften()
    {
        assertEquals(thereFrame, victim(3, 4));
    }
}
