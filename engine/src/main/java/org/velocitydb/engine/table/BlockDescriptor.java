package org.velocitydb.engine.table;

/**
 * Layout of a data block. Little-endian, nothing aligned.
 *
 * <p>A block as it is stored is either the block itself or a compressed form of it, and then its checksum. Bit 7 of
 * the first byte tells them apart:
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------+-----------------------------------------------+
 *  |   128 + code  |                  (zero)                       |    code of the {@link Compression}
 *  +---------------+-----------------------------------------------+
 *  |         Length of the block itself, 1 MiB at most             |
 *  +---------------------------------------------------------------+
 *  |  Compressed form of the block itself                         ...
 *  +---------------------------------------------------------------+
 *  |  Checksum of all above as stored; see {@link TableChecksum}   |
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * <p>The block itself gives direct access to each entry. What a read of one key touches comes first: a fingerprint for
 * each entry, which is the lowest byte of its key's hash, so that all entries but the right one are passed over eight
 * at a time. Where all entries are equally long, where they begin is a multiplication.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------+-------+-------+-------------------------------+
 *  |     Flags     | Seq.W | Exp.W |    Number of entries, n &gt;= 1  |
 *  +---------------+-------+-------+-------------------------------+
 *  |        Prefix Length: bytes that all keys begin with          |
 *  +---------------------------------------------------------------+
 *  |     Suffix Length, if FIXED_KEYS: of every key; else 0        |
 *  +---------------------------------------------------------------+
 *  |                   Base Sequence, the smallest                 |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |         Base Expiry, the smallest; only if EXPIRIES           |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |  Fingerprints, n of 1 byte                                   ...
 *  +---------------------------------------------------------------+
 *  |  Prefix                                                      ...
 *  +---------------------------------------------------------------+
 *  |  If FIXED_LENGTHS: the length of every entry.                ...
 *  |  Else n + 1 offsets, counted from the first entry; the last  ...
 *  |  is where the entries end. 4 bytes each if WIDE, else 2.     ...
 *  +---------------------------------------------------------------+
 *  |  Entries, one after the other, to the end                    ...
 *  +---------------------------------------------------------------+
 *
 *  An entry:
 *  +----------------+------+--------------+--------+--------+------+
 *  | Sequence less  | Kind | Expiry less  | Suffix | Suffix | Value|
 *  | Base Sequence  |      | Base Expiry  | Length |        |      |
 *  +----------------+------+--------------+--------+--------+------+
 *   Seq.W bytes      1      Exp.W bytes    varint            to the end
 *                    if     if of kind     unless
 *                    KINDS  EXPIRING       FIXED_KEYS
 * </pre>
 *
 * <p>Flags: 1 FIXED_LENGTHS, 2 WIDE, 4 FIXED_KEYS, 8 KINDS, 16 EXPIRIES. Kinds: 0 a value, 1 a tombstone, whose value
 * is empty, 2 a value that expires (EXPIRING). Seq.W is the lower half of its byte. A varint has seven bits to the
 * byte, the lowest first; the top bit of a byte says that another follows.
 *
 * <p>There is one way to write given entries: the prefix is all that the first and the last key have in common, the
 * whole key where there is one entry; bases are the smallest, widths the least in which the greatest difference fits;
 * KINDS is set if there is a tombstone or an expiry, EXPIRIES if there is an expiry; FIXED_KEYS if all keys are equally
 * long; FIXED_LENGTHS if besides all values are, and all entries expire or none; WIDE if the entries take more than
 * 65,535 bytes.
 *
 * <p>Example: the keys {@code 00 00 00 01 'a' 'b'} = {@code "x"} with sequence 5 and {@code 00 00 00 01 'a' 'c'}
 * deleted by sequence 6:
 *
 * <pre>
 *  00  0C 01 02 00                KINDS and FIXED_KEYS; sequences in 1 byte; two entries
 *  04  05 00 00 00                prefix of 5
 *  08  01 00 00 00                suffixes of 1
 *  0C  05 00 00 00 00 00 00 00    base sequence 5
 *  14  xx xx                      fingerprints
 *  16  00 00 00 01 61             prefix
 *  1B  00 00 04 00 07 00          entries begin at 0 and 4 and end at 7
 *  21  00 00 62 78                sequence 5 + 0; a value; suffix; value
 *  25  01 01 63                   sequence 5 + 1; a tombstone; suffix
 *  28  xx xx xx xx                checksum
 * </pre>
 */
final class BlockDescriptor
{
    static final int FLAG_FIXED_LENGTHS = 1;
    static final int FLAG_WIDE = 2;
    static final int FLAG_FIXED_KEYS = 4;
    static final int FLAG_KINDS = 8;
    static final int FLAG_EXPIRIES = 16;
    static final int ALL_FLAGS = FLAG_FIXED_LENGTHS | FLAG_WIDE | FLAG_FIXED_KEYS | FLAG_KINDS | FLAG_EXPIRIES;
    static final int FLAG_COMPRESSED = 128;

    static final int KIND_VALUE = 0;
    static final int KIND_TOMBSTONE = 1;
    static final int KIND_EXPIRING = 2;

    static final int FLAGS_OFFSET = 0;
    static final int WIDTHS_OFFSET = FLAGS_OFFSET + Byte.BYTES;
    static final int COUNT_OFFSET = WIDTHS_OFFSET + Byte.BYTES;
    static final int PREFIX_LENGTH_OFFSET = COUNT_OFFSET + Short.BYTES;
    static final int SUFFIX_LENGTH_OFFSET = PREFIX_LENGTH_OFFSET + Integer.BYTES;
    static final int BASE_SEQUENCE_OFFSET = SUFFIX_LENGTH_OFFSET + Integer.BYTES;
    static final int HEADER_LENGTH = BASE_SEQUENCE_OFFSET + Long.BYTES;
    /** Only in blocks with expiries; then the header is so much longer. */
    static final int BASE_EXPIRY_OFFSET = HEADER_LENGTH;

    static final int COMPRESSED_LENGTH_OFFSET = Integer.BYTES;
    static final int COMPRESSED_HEADER_LENGTH = COMPRESSED_LENGTH_OFFSET + Integer.BYTES;

    static final int EXPIRY_WIDTH_SHIFT = 4;
    static final int WIDTH_MASK = 0xF;
    static final int MAX_ENTRY_COUNT = 0xFFFF;
    static final int MAX_NARROW_LENGTH = 0xFFFF;
    static final int MAX_VARINT_LENGTH = 3;
    /** Header, one fingerprint, the entry's length, the checksum. */
    static final int MIN_STORED_LENGTH = HEADER_LENGTH + Byte.BYTES + Short.BYTES + TableChecksum.LENGTH;

    /**
     * Longest block that is ever compressed, which bounds what a reader must have room for. A longer one holds one long
     * value, and is better read in place.
     */
    static final int MAX_COMPRESSIBLE_LENGTH = 1024 * 1024;
    /** A compressed form must save one part in so many, or the block is stored as it is. */
    static final int MIN_SAVED_PART = 8;
    /**
     * Bytes behind a block that may be read, and mean nothing: fields of variable width are read as eight bytes, and
     * fingerprints eight at a time. In a file other sections follow; a buffer has so many bytes more.
     */
    static final int SLACK_LENGTH = 32;

    private BlockDescriptor()
    {
    }

    /** Bytes that hold a number, unsigned. */
    static int width(final long number)
    {
        return (Long.SIZE + 7 - Long.numberOfLeadingZeros(number)) >>> 3;
    }

    static long mask(final int width)
    {
        return width == 0 ? 0 : -1L >>> (Long.SIZE - (width << 3));
    }

    static int varintLength(final int number)
    {
        return number < 1 << 7 ? 1 : number < 1 << 14 ? 2 : MAX_VARINT_LENGTH;
    }
}
