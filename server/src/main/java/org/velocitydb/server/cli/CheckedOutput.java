package org.velocitydb.server.cli;

import java.io.OutputStream;
import java.io.PrintStream;

/**
 * Collects long output into large writes, and notices when the other end of the pipe has gone: a {@link PrintStream}
 * swallows that, and a listing of a million entries would be made for nobody.
 */
final class CheckedOutput extends OutputStream
{
    private static final int BUFFER_LENGTH = 32 * 1024;

    private final PrintStream target;
    private final byte[] buffer = new byte[BUFFER_LENGTH];
    private int length;

    CheckedOutput(final PrintStream target)
    {
        this.target = target;
    }

    @Override
    public void write(final int b)
    {
        if (length == buffer.length)
        {
            flush();
        }
        buffer[length++] = (byte) b;
    }

    @Override
    public void write(final byte[] bytes, final int offset, final int count)
    {
        for (int i = 0; i < count; i++)
        {
            write(bytes[offset + i]);
        }
    }

    @Override
    public void flush()
    {
        target.write(buffer, 0, length);
        length = 0;
        if (target.checkError())
        {
            throw new OutputClosedException();
        }
    }

    @Override
    public void close()
    {
        flush();
    }
}
