package org.velocitydb.server.node;

import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.StoreReader;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.entry.Keys;
import org.velocitydb.server.resp.RespCommand;
import org.velocitydb.server.resp.RespRequest;
import org.velocitydb.server.users.Principal;

/**
 * Makes operations of commands of the Redis protocol: of those that write, and, for a transaction, of those that read.
 * Owned by one event loop; allocation-free once warm where nothing is wrong with the command.
 */
final class RespCompiler
{
    static final String NOT_AN_INTEGER = "ERR value is not an integer or out of range";
    static final String SYNTAX = "ERR syntax error";
    static final String TOO_LONG = "ERR string exceeds maximum allowed size (proto-max-bulk-len)";
    static final String NO_KEY_PERMISSION = "NOPERM No permissions to access a key";

    private static final int MS_PER_S = RespReplies.MS_PER_S;
    private static final int KEY = 1;
    private static final int VALUE = 2;
    private static final long NO_TTL = OperationDescriptor.NO_TTL;

    private final LoopServices loop;
    private final RespOperations operations;
    private final UnsafeBuffer keyBytes = new UnsafeBuffer(0, 0);

    private RespRequest request;
    private RespCommand command;
    private Principal principal;
    private int keyspace;
    private boolean isInTransaction;

    private RespForm form;
    private boolean isEvaluated;
    private boolean wantsResults;
    private long first;
    private long last;
    private String problem;

    /** Options of SET, GETEX and EXPIRE. */
    private int condition;
    private boolean isReturning;
    private boolean keepsTtl;
    private boolean isPersisting;
    private boolean isAbsolute;
    /** Part that is the number of a time, 0 where there is none. */
    private int timePart;
    private int timeUnitMs;
    private long expiryMs;
    private long ttlMs;

    RespCompiler(final LoopServices loop, final RespOperations operations)
    {
        this.loop = loop;
        this.operations = operations;
    }

    /** Whether a command goes through the writer, in a transaction or not. */
    static boolean isWrite(final RespCommand command)
    {
        return switch (command)
        {
            case APPEND, DECR, DECRBY, DEL, EXPIRE, EXPIREAT, GETDEL, GETEX, GETSET, INCR, INCRBY, MSET, MSETNX,
                PERSIST, PEXPIRE, PEXPIREAT, PSETEX, SET, SETEX, SETNX, SETRANGE, UNLINK -> true;
            default -> false;
        };
    }

    /**
     * Makes operations of a command.
     *
     * @param wrapped       the request.
     * @param wanted        its command, whose number of parts is right.
     * @param user          who asks.
     * @param table         that it is about.
     * @param inTransaction whether it is to be done with others.
     * @return null, or what is wrong with it.
     */
    String compile(
        final RespRequest wrapped,
        final RespCommand wanted,
        final Principal user,
        final int table,
        final boolean inTransaction)
    {
        request = wrapped;
        command = wanted;
        principal = user;
        keyspace = table;
        isInTransaction = inTransaction;
        isEvaluated = inTransaction;
        wantsResults = inTransaction;
        first = 0;
        last = 0;
        problem = null;
        operations.clear();
        if (isWrite(command) && !user.mayWrite())
        {
            return "NOPERM this user has no permissions to run the '" + command.text() + "' command";
        }
        compile();
        if (problem == null && operations.lengthBytes() > loop.batchLengthMax())
        {
            problem = TOO_LONG;
        }
        return problem;
    }

    RespForm form()
    {
        return form;
    }

    boolean isEvaluated()
    {
        return isEvaluated;
    }

    boolean wantsResults()
    {
        return wantsResults;
    }

    RespPlan plan()
    {
        return new RespPlan(form, operations.count(), first, last, null);
    }

    private void compile()
    {
        switch (command)
        {
            case SET -> set();
            case SETNX -> put(VALUE, OperationDescriptor.CONDITION_ABSENT, NO_TTL, RespForm.APPLIED);
            case SETEX -> setWithTtl(MS_PER_S);
            case PSETEX -> setWithTtl(1);
            case GETSET -> setReturning();
            case GETDEL -> getAndDelete();
            case GETEX -> getAndExpire();
            case DEL, UNLINK -> delete();
            case MSET -> setSeveral();
            case MSETNX -> setSeveralIfAbsent();
            case INCR -> add(1);
            case DECR -> add(-1);
            case INCRBY, DECRBY -> addNumber();
            case APPEND -> change(OperationDescriptor.KIND_APPEND, 0, VALUE);
            case SETRANGE -> setRange();
            case EXPIRE -> expire(MS_PER_S, false);
            case PEXPIRE -> expire(1, false);
            case EXPIREAT -> expire(MS_PER_S, true);
            case PEXPIREAT -> expire(1, true);
            case PERSIST -> persist();
            default -> read();
        }
    }

    // --- keys and values ---

    /** Whether a part can be a key and the user may touch it; else says what is wrong. */
    private boolean isKey(final int part)
    {
        final int length = request.length(part);
        if (length < 1 || length > Keys.MAX_KEY_LENGTH)
        {
            problem = "ERR key length out of range: length=" + length + ", min=1, max=" + Keys.MAX_KEY_LENGTH;
            return false;
        }
        if (principal.isScoped())
        {
            final StoreReader reader = loop.reader();
            keyBytes.wrap(request.buffer(), request.offset(part), length);
            if (!AccessRules.allowsKey(principal, reader, keyspace, keyBytes, 0, length))
            {
                problem = NO_KEY_PERMISSION;
                return false;
            }
        }
        return true;
    }

    private int add(final int kind, final int when, final int flags, final long operand, final int keyPart)
    {
        final int offset = operations.lengthBytes();
        if (isKey(keyPart))
        {
            operations.add(
                kind, when, flags, operand, keyspace, request.buffer(), request.offset(keyPart),
                request.length(keyPart));
        }
        return offset;
    }

    private int add(
        final int kind, final int when, final int flags, final long operand, final int keyPart, final int valuePart)
    {
        final int offset = operations.lengthBytes();
        if (request.length(valuePart) > Keys.MAX_VALUE_LENGTH)
        {
            problem = TOO_LONG;
        }
        else if (isKey(keyPart))
        {
            operations.add(
                kind, when, flags, operand, keyspace, request.buffer(), request.offset(keyPart),
                request.length(keyPart), request.offset(valuePart), request.length(valuePart));
        }
        return offset;
    }

    /** A condition that fails forbids a command that is alone, and leaves out one of several. */
    private int skipFlag()
    {
        return isEvaluated ? OperationDescriptor.FLAG_SKIP : 0;
    }

    private void put(final int valuePart, final int when, final long ttl, final RespForm answer)
    {
        final int flags = when == OperationDescriptor.CONDITION_NONE ? 0 : skipFlag();
        final int offset = add(OperationDescriptor.KIND_PUT, when, flags, 0, KEY, valuePart);
        if (problem == null)
        {
            operations.ttlMs(offset, ttl);
            form = answer;
        }
    }

    // --- SET and its relatives ---

    private void set()
    {
        if (!takeOptions(VALUE + 1))
        {
            return;
        }
        if (!isReturning && !keepsTtl && !isAbsolute)
        {
            put(VALUE, condition, ttlMs, condition == OperationDescriptor.CONDITION_NONE && !isInTransaction
                ? RespForm.OK
                : RespForm.OK_OR_NIL);
            return;
        }
        evaluate(isReturning);
        final int flags = skipFlag() | (isReturning ? OperationDescriptor.FLAG_RETURN : 0) |
            (keepsTtl ? OperationDescriptor.FLAG_KEEP_TTL : 0) |
            (isAbsolute ? OperationDescriptor.FLAG_EXPIRES_AT : 0);
        // One that is alone is answered by what has become of all of it.
        final int offset = add(
            OperationDescriptor.KIND_PUT, condition, wantsResults ? flags : flags & ~OperationDescriptor.FLAG_SKIP, 0,
            KEY, VALUE);
        if (problem == null)
        {
            operations.ttlMs(offset, isAbsolute ? expiryMs : ttlMs);
            form = isReturning ? RespForm.OLD_VALUE : RespForm.OK_OR_NIL;
        }
    }

    private void evaluate(final boolean withResults)
    {
        isEvaluated = true;
        wantsResults |= withResults;
    }

    /**
     * Takes the options of SET and GETEX as Redis does: one that is there twice counts once, and of times of the same
     * kind the last.
     */
    private boolean takeOptions(final int firstPart)
    {
        clearOptions();
        int part = firstPart;
        while (part < request.count())
        {
            final boolean isTime = takesTime(part);
            if (!isTime && !(command == RespCommand.SET ? takesSetOption(part) : takesPersist(part)))
            {
                problem = SYNTAX;
                return false;
            }
            part += isTime ? 2 : 1;
        }
        return timePart == 0 || takeTime(timePart, timeUnitMs, isAbsolute, 1);
    }

    private void clearOptions()
    {
        condition = OperationDescriptor.CONDITION_NONE;
        isReturning = false;
        keepsTtl = false;
        isPersisting = false;
        isAbsolute = false;
        timePart = 0;
        expiryMs = 0;
        ttlMs = NO_TTL;
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
        keepsTtl |= request.is(part, "KEEPTTL") && timePart == 0;
        return request.is(part, "KEEPTTL") && timePart == 0;
    }

    private boolean takesPersist(final int part)
    {
        isPersisting |= request.is(part, "PERSIST") && timePart == 0;
        return request.is(part, "PERSIST") && timePart == 0;
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
        final int unitMs = isInSeconds ? MS_PER_S : 1;
        if (timePart != 0 && (unitMs != timeUnitMs || isAt != isAbsolute))
        {
            return false;
        }
        timePart = part + 1;
        timeUnitMs = unitMs;
        isAbsolute = isAt;
        return true;
    }

    private boolean takeTime(final int part, final int unitMs, final boolean isAt, final long min)
    {
        if (!request.tryNumber(part))
        {
            problem = NOT_AN_INTEGER;
            return false;
        }
        final long number = request.number();
        final long nowMs = loop.context().store().epochClock().time();
        // What is left after now must not leave 64 bits either.
        final long max = (Long.MAX_VALUE - (isAt ? 0 : nowMs)) / unitMs;
        if (number < min || number > max || number < Long.MIN_VALUE / unitMs)
        {
            problem = "ERR invalid expire time in '" + command.text() + "' command";
            return false;
        }
        isAbsolute = isAt;
        expiryMs = number * unitMs + (isAt ? 0 : nowMs);
        ttlMs = isAt ? NO_TTL : number * unitMs;
        return true;
    }

    /**
     * Adds an operation that lets a value expire. A time to live is counted from when that is done, which in a
     * transaction may be much later; where it is none any more the value has expired by then, too.
     */
    private void addExpiry(final int when, final int flags)
    {
        final boolean isFromThen = !isAbsolute && ttlMs > 0;
        final int offset = add(OperationDescriptor.KIND_EXPIRE, when, flags, isFromThen ? 0 : expiryMs, KEY);
        if (problem == null && isFromThen)
        {
            operations.ttlMs(offset, ttlMs);
        }
    }

    private void setWithTtl(final int unitMs)
    {
        clearOptions();
        if (takeTime(VALUE, unitMs, false, 1))
        {
            put(VALUE + 1, OperationDescriptor.CONDITION_NONE, ttlMs, isInTransaction
                ? RespForm.OK_OR_NIL
                : RespForm.OK);
        }
    }

    private void setReturning()
    {
        evaluate(true);
        add(
            OperationDescriptor.KIND_PUT, OperationDescriptor.CONDITION_NONE, OperationDescriptor.FLAG_RETURN, 0, KEY,
            VALUE);
        form = RespForm.OLD_VALUE;
    }

    private void getAndDelete()
    {
        evaluate(true);
        add(
            OperationDescriptor.KIND_DELETE, OperationDescriptor.CONDITION_NONE, OperationDescriptor.FLAG_RETURN, 0,
            KEY);
        form = RespForm.OLD_VALUE;
    }

    private void getAndExpire()
    {
        if (!takeOptions(VALUE))
        {
            return;
        }
        evaluate(true);
        final int flags = OperationDescriptor.FLAG_RETURN | OperationDescriptor.FLAG_SKIP;
        if (isPersisting)
        {
            add(
                OperationDescriptor.KIND_EXPIRE, OperationDescriptor.CONDITION_EXPIRES, flags, Long.MAX_VALUE, KEY);
        }
        else if (timePart != 0)
        {
            addExpiry(OperationDescriptor.CONDITION_NONE, flags);
        }
        else
        {
            add(OperationDescriptor.KIND_READ, OperationDescriptor.CONDITION_NONE, flags, 0, KEY);
        }
        form = RespForm.OLD_VALUE;
    }

    private void setSeveral()
    {
        if (!hasPairs())
        {
            return;
        }
        for (int part = KEY; part < request.count() && problem == null; part += 2)
        {
            add(OperationDescriptor.KIND_PUT, OperationDescriptor.CONDITION_NONE, 0, 0, part, part + 1);
        }
        form = RespForm.OK;
    }

    private void setSeveralIfAbsent()
    {
        if (!hasPairs())
        {
            return;
        }
        final int pairCount = request.count() / 2;
        for (int i = 0; i < pairCount && problem == null; i++)
        {
            final int offset = add(
                OperationDescriptor.KIND_CHECK, OperationDescriptor.CONDITION_ABSENT,
                isInTransaction ? OperationDescriptor.FLAG_GUARD : 0, 0, KEY + 2 * i);
            if (problem == null && isInTransaction)
            {
                // One that fails leaves out the others and everything that is to be stored.
                operations.ttlMs(offset, 2L * pairCount - 1 - i);
            }
        }
        setSeveral();
        form = RespForm.LAST_APPLIED;
    }

    private boolean hasPairs()
    {
        if (request.count() % 2 == 1)
        {
            return true;
        }
        problem = "ERR wrong number of arguments for '" + command.text() + "' command";
        return false;
    }

    // --- the others that write ---

    private void delete()
    {
        isEvaluated |= request.count() > VALUE;
        for (int part = KEY; part < request.count() && problem == null; part++)
        {
            add(
                OperationDescriptor.KIND_DELETE, OperationDescriptor.CONDITION_PRESENT, OperationDescriptor.FLAG_SKIP,
                0, part);
        }
        form = RespForm.APPLIED_COUNT;
    }

    private void add(final long delta)
    {
        if (isKey(KEY))
        {
            operations.addIncrement(
                delta, keyspace, request.buffer(), request.offset(KEY), request.length(KEY));
            form = RespForm.NUMBER;
        }
    }

    private void addNumber()
    {
        if (!request.tryNumber(VALUE))
        {
            problem = NOT_AN_INTEGER;
        }
        else if (command == RespCommand.DECRBY && request.number() == Long.MIN_VALUE)
        {
            problem = "ERR decrement would overflow";
        }
        else
        {
            add(command == RespCommand.DECRBY ? -request.number() : request.number());
        }
    }

    private void change(final int kind, final long operand, final int valuePart)
    {
        isEvaluated = true;
        add(kind, OperationDescriptor.CONDITION_NONE, 0, operand, KEY, valuePart);
        form = RespForm.NUMBER;
    }

    private void setRange()
    {
        if (!request.tryNumber(VALUE))
        {
            problem = NOT_AN_INTEGER;
        }
        else if (request.number() < 0)
        {
            problem = "ERR offset is out of range";
        }
        else if (request.number() > Keys.MAX_VALUE_LENGTH && request.length(VALUE + 1) > 0)
        {
            problem = TOO_LONG;
        }
        else
        {
            change(OperationDescriptor.KIND_SET_RANGE, request.number(), VALUE + 1);
        }
    }

    private void expire(final int unitMs, final boolean isAt)
    {
        clearOptions();
        if (!takeExpireOptions() || !takeTime(VALUE, unitMs, isAt, Long.MIN_VALUE))
        {
            return;
        }
        isEvaluated = true;
        addExpiry(condition, OperationDescriptor.FLAG_SKIP);
        form = RespForm.APPLIED;
    }

    private boolean takeExpireOptions()
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
                problem = "ERR Unsupported option " + request.text(part, Byte.MAX_VALUE);
                return false;
            }
        }
        if (isStaying && (isExpiring || isLater || isEarlier))
        {
            problem = "ERR NX and XX, GT or LT options at the same time are not compatible";
        }
        else if (isLater && isEarlier)
        {
            problem = "ERR GT and LT options at the same time are not compatible";
        }
        condition = expireCondition(isStaying, isExpiring, isLater, isEarlier);
        return problem == null;
    }

    private static int expireCondition(
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

    private void persist()
    {
        isEvaluated = true;
        add(
            OperationDescriptor.KIND_EXPIRE, OperationDescriptor.CONDITION_EXPIRES, OperationDescriptor.FLAG_SKIP,
            Long.MAX_VALUE, KEY);
        form = RespForm.APPLIED;
    }

    // --- those that read, behind writes ---

    private void read()
    {
        evaluate(true);
        final boolean isReturned = command == RespCommand.GET || command == RespCommand.MGET ||
            command == RespCommand.GETRANGE || command == RespCommand.SUBSTR;
        final boolean isOfMany = command == RespCommand.MGET || command == RespCommand.EXISTS ||
            command == RespCommand.TOUCH;
        final int limit = isOfMany ? request.count() : KEY + 1;
        for (int part = KEY; part < limit && problem == null; part++)
        {
            add(
                OperationDescriptor.KIND_READ, OperationDescriptor.CONDITION_NONE,
                isReturned ? OperationDescriptor.FLAG_RETURN : 0, 0, part);
        }
        form = switch (command)
        {
            case GET -> RespForm.OLD_VALUE;
            case MGET -> RespForm.VALUES;
            case EXISTS, TOUCH -> RespForm.FOUND_COUNT;
            case GETRANGE, SUBSTR -> RespForm.RANGE;
            case TTL -> RespForm.TTL_S;
            case PTTL -> RespForm.TTL_MS;
            case EXPIRETIME -> RespForm.EXPIRY_S;
            case PEXPIRETIME -> RespForm.EXPIRY_MS;
            case TYPE -> RespForm.TYPE;
            default -> RespForm.NUMBER;
        };
        if (form == RespForm.RANGE && problem == null)
        {
            takeRange();
        }
    }

    private void takeRange()
    {
        if (!request.tryNumber(VALUE))
        {
            problem = NOT_AN_INTEGER;
            return;
        }
        first = request.number();
        if (!request.tryNumber(VALUE + 1))
        {
            problem = NOT_AN_INTEGER;
            return;
        }
        last = request.number();
    }

    /** Whether a command that only reads can be done in a transaction. */
    static boolean isKeyRead(final RespCommand command)
    {
        return switch (command)
        {
            case EXISTS, EXPIRETIME, GET, GETRANGE, MGET, PEXPIRETIME, PTTL, STRLEN, SUBSTR, TOUCH, TTL, TYPE -> true;
            default -> false;
        };
    }
}
