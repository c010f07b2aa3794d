package org.velocitydb.client;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.velocitydb.protocol.Durability;

/**
 * What a statement did and found.
 *
 * @param columns         their names.
 * @param rows            in order.
 * @param rowsAffected    how many rows were changed, or found.
 * @param sequence        of the snapshot that was read, or of the write.
 * @param executionTimeUs how long the server worked on it.
 * @param durability      of what was written; {@link Durability#SERVER_DEFAULT} for reads, which have none.
 */
public record QueryResult(
    List<String> columns,
    List<Row> rows,
    long rowsAffected,
    long sequence,
    long executionTimeUs,
    Durability durability)
{
    /**
     * One row.
     *
     * @param values one per column: null, String, byte[], Long, Double or Boolean. Keys and values are String where
     *               they are UTF-8, else byte[].
     */
    public record Row(List<Object> values)
    {
        /**
         * A value as text.
         *
         * @param column index, from 0.
         * @return text; bytes are decoded as UTF-8; null for NULL.
         */
        public String text(final int column)
        {
            final Object value = values.get(column);
            return value instanceof byte[]
                ? new String((byte[]) value, StandardCharsets.UTF_8)
                : value == null ? null : value.toString();
        }

        /**
         * A value as bytes.
         *
         * @param column index, from 0.
         * @return bytes; anything but bytes is encoded as UTF-8; null for NULL.
         */
        public byte[] bytes(final int column)
        {
            final Object value = values.get(column);
            return value instanceof byte[]
                ? ((byte[]) value).clone()
                : value == null ? null : value.toString().getBytes(StandardCharsets.UTF_8);
        }
    }
}
