package org.velocitydb.journal;

/**
 * What recovery does with a segment, for every combination of what it may find. Only segments that are needed are
 * judged: those from the last one that begins at or before the first wanted sequence.
 *
 * <pre>
 *      header   place    behind the last good record   decision
 *   A  newer    any      any                           refuse: written by a newer version
 *   B  bad      any      any                           refuse: damaged
 *   C  intact   joined   nothing                       replay, go on with the next segment
 *   D  intact   joined   remains                       replay, go on with the next segment
 *   E  intact   joined   claimed                       refuse: damaged
 *   F  intact   gap      any                           refuse: damaged, or a segment is missing
 *   G  intact   last     nothing                       replay, append here
 *   H  intact   last     remains                       replay, leave the torn tail, roll
 *   I  intact   last     claimed                       refuse: damaged
 * </pre>
 *
 * Why so: a segment gets its name only after its header has been forced, and is left for the next one only after all of
 * it has been forced. So a crash can harm nothing but the end of the last segment, and there nothing that was durable.
 * Several unforced records may have reached the disk out of order; that is one torn tail, and row H leaves all of it.
 *
 * <p>The torn tail is left and not overwritten, because overwriting can fail without a trace: had a force failed and
 * the process started again, the zeros would be seen by everybody but the disk, and after the next crash pieces of the
 * old tail would stand behind new records. A new segment has a new tag, so nothing of the old one can be taken for its
 * own; and since it begins exactly where the torn one ends, row D knows that nothing is missing there.
 */
enum RecoveryCase
{
    A(Header.NEWER, null, null, Decision.REFUSE_AS_NEWER),
    B(Header.BAD, null, null, Decision.REFUSE_AS_DAMAGED),
    C(Header.INTACT, Place.JOINED, Rest.NOTHING, Decision.GO_ON),
    D(Header.INTACT, Place.JOINED, Rest.REMAINS, Decision.GO_ON),
    E(Header.INTACT, Place.JOINED, Rest.CLAIMED, Decision.REFUSE_AS_DAMAGED),
    F(Header.INTACT, Place.GAP, null, Decision.REFUSE_AS_DAMAGED),
    G(Header.INTACT, Place.LAST, Rest.NOTHING, Decision.APPEND),
    H(Header.INTACT, Place.LAST, Rest.REMAINS, Decision.LEAVE_AND_ROLL),
    I(Header.INTACT, Place.LAST, Rest.CLAIMED, Decision.REFUSE_AS_DAMAGED);

    /** What the first bytes of the file say. */
    enum Header
    {
        /** Magic, checksum, id and length agree with the file. */
        INTACT,
        /** Intact, of a version that is newer than this code. */
        NEWER,
        /** Anything else: zeros, torn, flipped, another's file, a file too short or too long, or misplaced. */
        BAD
    }

    /** How the segment stands to the one after it. */
    enum Place
    {
        /** The next segment has the next id and begins with the sequence that follows the last good record. */
        JOINED,
        /** There is a later segment, which does not. */
        GAP,
        /** There is no later segment. */
        LAST
    }

    /** What lies behind the last record that checks out and continues the sequence. */
    enum Rest
    {
        /** No trace of this life of the file: zeros, or what an earlier life left. */
        NOTHING,
        /** Pieces of records of this life, none of which calls the place of the damage durable. */
        REMAINS,
        /**
         * An intact record of this life that contradicts a crash: it calls the damaged place durable, or its sequence
         * has no business there.
         */
        CLAIMED
    }

    /** What is to be done. */
    enum Decision
    {
        /** Replay the segment and judge the next one. */
        GO_ON,
        /** Replay the segment and append after its last record. */
        APPEND,
        /** Replay the segment and go on in a new one that begins after its last record; what is behind it stays. */
        LEAVE_AND_ROLL,
        /** Do not start; nothing has been changed. */
        REFUSE_AS_DAMAGED,
        /** Do not start; nothing has been changed. */
        REFUSE_AS_NEWER
    }

    private final Header header;
    private final Place place;
    private final Rest rest;
    private final Decision decision;

    /** Null stands for any. */
    RecoveryCase(final Header header, final Place place, final Rest rest, final Decision decision)
    {
        this.header = header;
        this.place = place;
        this.rest = rest;
        this.decision = decision;
    }

    Decision decision()
    {
        return decision;
    }

    boolean matches(final Header foundHeader, final Place foundPlace, final Rest foundRest)
    {
        return header == foundHeader && (place == null || place == foundPlace) && (rest == null || rest == foundRest);
    }

    static RecoveryCase of(final Header header, final Place place, final Rest rest)
    {
        for (final RecoveryCase row : values())
        {
            if (row.matches(header, place, rest))
            {
                return row;
            }
        }
        throw new IllegalStateException(
            "no row for what was found: header=" + header + ", place=" + place + ", rest=" + rest);
    }
}
