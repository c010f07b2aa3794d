package org.velocitydb.transport.network;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A {@link Selector} that hands keys to a consumer while it selects. So no set of selected keys is filled, iterated and
 * cleared, and nothing is allocated by us in any cycle. The selector itself allocates 16 bytes for each ready key whose
 * file descriptor is above 127, to look it up in a map (measured by AllocationTest); with {@code -XX:AutoBoxCacheMax}
 * above the largest descriptor, that is gone, too.
 *
 * <p>Keys that {@link #await(long)} finds are kept for the next {@link #poll(ReadyHandler)}, which then does without a
 * system call of its own.
 */
final class NioPoller implements Poller
{
    private static final int INITIAL_AWAITED_COUNT = 64;

    private final Selector selector;
    private final Consumer<SelectionKey> onPolled = this::dispatch;
    private final Consumer<SelectionKey> onAwaited = this::keep;
    private SelectionKey[] awaited = new SelectionKey[INITIAL_AWAITED_COUNT];
    private int awaitedCount;
    private ReadyHandler handler;

    NioPoller(final Selector selector)
    {
        this.selector = selector;
    }

    @Override
    public void register(final Connection connection, final Object attachment)
    {
        final NioConnection nioConnection = (NioConnection) connection;
        try
        {
            nioConnection.key(nioConnection.channel().register(selector, SelectionKey.OP_READ, attachment));
        }
        catch (final ClosedChannelException ex)
        {
            throw new NetworkException("cannot watch connection: remote=" + connection.remoteAddress(), ex);
        }
    }

    @Override
    public void register(final Listener listener, final Object attachment)
    {
        final NioListener nioListener = (NioListener) listener;
        try
        {
            nioListener.key(nioListener.channel().register(selector, SelectionKey.OP_ACCEPT, attachment));
        }
        catch (final ClosedChannelException ex)
        {
            throw new NetworkException("cannot watch listener: address=" + listener.localAddress(), ex);
        }
    }

    @Override
    public void interest(final Connection connection, final int interestOps)
    {
        int ops = (interestOps & READ) != 0 ? SelectionKey.OP_READ : 0;
        ops |= (interestOps & WRITE) != 0 ? SelectionKey.OP_WRITE : 0;
        ((NioConnection) connection).key().interestOps(ops);
    }

    @Override
    public int poll(final ReadyHandler readyHandler)
    {
        handler = readyHandler;
        if (awaitedCount > 0)
        {
            return dispatchAwaited();
        }
        try
        {
            return selector.selectNow(onPolled);
        }
        catch (final IOException ex)
        {
            throw new NetworkException("selector failed: cause=" + ex.getMessage(), ex);
        }
    }

    @Override
    public void await(final long timeoutNs)
    {
        if (awaitedCount > 0)
        {
            return;
        }
        // The selector measures in milliseconds, and takes 0 for ever.
        final long timeoutMs = Math.max(1, TimeUnit.NANOSECONDS.toMillis(timeoutNs + 999_999));
        try
        {
            selector.select(onAwaited, timeoutMs);
        }
        catch (final IOException ex)
        {
            throw new NetworkException("selector failed: cause=" + ex.getMessage(), ex);
        }
    }

    @Override
    public void wakeup()
    {
        selector.wakeup();
    }

    @Override
    public void close()
    {
        NioConnection.closeQuietly(selector);
    }

    private int dispatchAwaited()
    {
        final int count = awaitedCount;
        awaitedCount = 0;
        for (int i = 0; i < count; i++)
        {
            final SelectionKey key = awaited[i];
            awaited[i] = null;
            // Dealing with one key may close the connection of another.
            if (key.isValid())
            {
                dispatch(key);
            }
        }
        return count;
    }

    private void dispatch(final SelectionKey key)
    {
        final int readyOps;
        try
        {
            readyOps = key.readyOps();
        }
        catch (final CancelledKeyException ignore)
        {
            return;
        }
        int ops = (readyOps & (SelectionKey.OP_READ | SelectionKey.OP_ACCEPT)) != 0 ? READ : 0;
        ops |= (readyOps & SelectionKey.OP_WRITE) != 0 ? WRITE : 0;
        handler.onReady(key.attachment(), ops);
    }

    private void keep(final SelectionKey key)
    {
        if (awaitedCount == awaited.length)
        {
            awaited = Arrays.copyOf(awaited, awaitedCount * 2);
        }
        awaited[awaitedCount++] = key;
    }
}
