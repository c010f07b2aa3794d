package org.velocitydb.server.node;

import static org.velocitydb.server.node.RespDraft.VALUE;

import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.server.resp.RespCommand;
import org.velocitydb.server.resp.RespRequest;

/**
 * The options of SET, GETEX and EXPIRE and its relatives: conditions, and times. Owned by one event loop;
 * allocation-free where nothing is wrong with them.
 */
final class RespOptions
{
    private static final int NO_PART = 0;

    private final RespDraft draft;
    private RespRequest request;

    private int condition;
    private boolean isReturning;
    private boolean keepsTtl;
    private boolean isPersisting;
    private boolean isAbsolute;
    /** Part that is the number of a time. */
    private int timePart;
    private int timeUnitMs;
    private long expiryMs;
    private long ttlMs;

    RespOptions(final RespDraft draft)
    {
        this.draft = draft;
    }

    // --- what they say ---

    /** Of the CONDITION constants. */
    int condition()
    {
        return condition;
    }

    boolean isReturning()
    {
        return isReturning;
    }

    boolean keepsTtl()
    {
        return keepsTtl;
    }

    boolean isPersisting()
    {
        return isPersisting;
    }

    boolean hasTime()
    {
        return timePart != NO_PART;
    }

    /** Whether the time is one of the clock, and not one from now on. */
    boolean isAbsolute()
    {
        return isAbsolute;
    }

    /** Time of expiry in epoch milliseconds, as of now. */
    long expiryMs()
    {
        return expiryMs;
    }

    /** Time to live, or {@link OperationDescriptor#NO_TTL}; less than that only where the command allows it. */
    long ttlMs()
    {
        return ttlMs;
    }

    private void clear()
    {
        request = draft.request();
        condition = OperationDescriptor.CONDITION_NONE;
        isReturning = false;
        keepsTtl = false;
        isPersisting = false;
        isAbsolute = false;
        timePart = NO_PART;
        expiryMs = 0;
        ttlMs = OperationDescriptor.NO_TTL;
    }

    // --- SET and GETEX ---

    /**
     * Takes the options of SET and GETEX as Redis does: one that is there twice counts once, and of times of the same
     * kind the last.
     *
     * @param firstPart that may be an option.
     * @return false where something is wrong with them, which the draft knows then.
     */
    boolean tryTake(final int firstPart)
    {
        clear();
        int part = firstPart;
        while (part < request.count())
        {
            final boolean isTime = takesTime(part);
            if (!isTime && !(draft.command() == RespCommand.SET ? takesSetOption(part) : takesPersist(part)))
            {
                draft.fail(RespErrors.SYNTAX);
                return false;
            }
            part += isTime ? 2 : 1;
        }
        return !hasTime() || takeTime(timePart, timeUnitMs, isAbsolute, 1);
    }

    private boolean takesSetOption(final int part)
    {
        if (request.is(part, "NX") && condition != OperationDescriptor.CONDITION_PRESENT)
        {
            condition = OperationDescriptor.CONDITION_ABSENT;
            return true;
        }
        if (request.is(part, "XX") && condition != OperationDescriptor.CONDITION_ABSENT)
        {
            condition = OperationDescriptor.CONDITION_PRESENT;
            return true;
        }
        if (request.is(part, "GET"))
        {
            isReturning = true;
            return true;
        }
        if (request.is(part, "KEEPTTL") && !hasTime())
        {
            keepsTtl = true;
            return true;
        }
        return false;
    }

    private boolean takesPersist(final int part)
    {
        if (request.is(part, "PERSIST") && !hasTime())
        {
            isPersisting = true;
            return true;
        }
        return false;
    }

    /** Takes EX, PX, EXAT or PXAT, and remembers where its number is. */
    private boolean takesTime(final int part)
    {
        final boolean isAt = request.is(part, "EXAT") || request.is(part, "PXAT");
        final boolean isInSeconds = request.is(part, "EX") || request.is(part, "EXAT");
        if (!isAt && !isInSeconds && !request.is(part, "PX") || keepsTtl || isPersisting ||
            part + 1 == request.count())
        {
            return false;
        }
        final int unitMs = isInSeconds ? RespReplies.MS_PER_S : 1;
        if (hasTime() && (unitMs != timeUnitMs || isAt != isAbsolute))
        {
            return false;
        }
        timePart = part + 1;
        timeUnitMs = unitMs;
        isAbsolute = isAt;
        return true;
    }

    // --- SETEX and PSETEX ---

    /**
     * Takes a time to live.
     *
     * @param unitMs that it is counted in.
     * @return false where something is wrong with it, which the draft knows then.
     */
    boolean tryTakeTtl(final int unitMs)
    {
        clear();
        return takeTime(VALUE, unitMs, false, 1);
    }

    private boolean takeTime(final int part, final int unitMs, final boolean isAt, final long min)
    {
        if (!draft.takesNumber(part))
        {
            return false;
        }
        final long number = request.number();
        final long nowMs = isAt ? 0 : draft.nowMs();
        // What is left after now must not leave 64 bits either.
        final long max = (Long.MAX_VALUE - nowMs) / unitMs;
        if (number < min || number > max || number < Long.MIN_VALUE / unitMs)
        {
            draft.fail("ERR invalid expire time in '" + draft.command().text() + "' command");
            return false;
        }
        timePart = part;
        isAbsolute = isAt;
        expiryMs = number * unitMs + nowMs;
        ttlMs = isAt ? OperationDescriptor.NO_TTL : number * unitMs;
        return true;
    }

    // --- EXPIRE and its relatives ---

    /**
     * Takes the condition and the time of EXPIRE.
     *
     * @param unitMs that the time is counted in.
     * @param isAt   whether it is one of the clock.
     * @return false where something is wrong with them, which the draft knows then.
     */
    boolean tryTakeExpire(final int unitMs, final boolean isAt)
    {
        clear();
        return takeConditions() && takeTime(VALUE, unitMs, isAt, Long.MIN_VALUE);
    }

    private boolean takeConditions()
    {
        boolean isStaying = false;
        boolean isExpiring = false;
        boolean isLater = false;
        boolean isEarlier = false;
        for (int part = VALUE + 1; part < request.count(); part++)
        {
            if (request.is(part, "NX"))
            {
                isStaying = true;
            }
            else if (request.is(part, "XX"))
            {
                isExpiring = true;
            }
            else if (request.is(part, "GT"))
            {
                isLater = true;
            }
            else if (request.is(part, "LT"))
            {
                isEarlier = true;
            }
            else
            {
                draft.fail("ERR Unsupported option " + request.text(part, Byte.MAX_VALUE));
                return false;
            }
        }
        if (isStaying && (isExpiring || isLater || isEarlier))
        {
            draft.fail("ERR NX and XX, GT or LT options at the same time are not compatible");
        }
        else if (isLater && isEarlier)
        {
            draft.fail("ERR GT and LT options at the same time are not compatible");
        }
        condition = condition(isStaying, isExpiring, isLater, isEarlier);
        return draft.isSound();
    }

    private static int condition(
        final boolean isStaying, final boolean isExpiring, final boolean isLater, final boolean isEarlier)
    {
        if (isStaying)
        {
            return OperationDescriptor.CONDITION_STAYS;
        }
        if (isLater)
        {
            return OperationDescriptor.CONDITION_LATER;
        }
        if (isEarlier)
        {
            return isExpiring
                ? OperationDescriptor.CONDITION_EXPIRES_EARLIER
                : OperationDescriptor.CONDITION_EARLIER;
        }
        return isExpiring ? OperationDescriptor.CONDITION_EXPIRES : OperationDescriptor.CONDITION_NONE;
    }
}
