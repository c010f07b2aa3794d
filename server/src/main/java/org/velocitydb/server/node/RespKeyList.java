package org.velocitydb.server.node;

import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.StoreReader;
import org.velocitydb.engine.StoreSnapshot;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.server.resp.RespRequest;
import org.velocitydb.server.users.Principal;

/**
 * The keys of a request that is answered over several slices; the frame that they came in is gone by the next one.
 */
final class RespKeyList
{
    /** Kept of each key beside its bytes: where it is. */
    static final int BYTES_PER_KEY = 2 * Integer.BYTES;

    /** All parts that are keys, and what lies between them. */
    private final UnsafeBuffer bytes;
    private final int[] offsets;
    private final int[] lengths;

    /**
     * Copies keys.
     *
     * @param request   whose parts are keys from some part on.
     * @param firstPart that is a key; there is one.
     */
    RespKeyList(final RespRequest request, final int firstPart)
    {
        final int count = request.count() - firstPart;
        final int start = request.offset(firstPart);
        offsets = new int[count];
        lengths = new int[count];
        for (int i = 0; i < count; i++)
        {
            offsets[i] = request.offset(firstPart + i) - start;
            lengths[i] = request.length(firstPart + i);
        }
        final byte[] copy = new byte[offsets[count - 1] + lengths[count - 1]];
        request.buffer().get(start, copy);
        bytes = new UnsafeBuffer(copy);
    }

    int count()
    {
        return offsets.length;
    }

    /** Whether a user may touch a key. */
    boolean isAllowed(final int index, final Principal principal, final StoreReader reader, final int keyspace)
    {
        return !principal.isScoped() ||
            AccessRules.allowsKey(principal, reader, keyspace, bytes, offsets[index], lengths[index]);
    }

    /** Looks for a key; one that cannot be one is not there. */
    boolean find(final int index, final StoreSnapshot snapshot, final int keyspace, final EntryView value)
    {
        return RespTable.isKeyLength(lengths[index]) &&
            snapshot.get(keyspace, bytes, offsets[index], lengths[index], value);
    }
}
