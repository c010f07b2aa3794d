package org.velocitydb.server.users;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;

class DecoyHashesTest
{
    private static final String SALT_AND_HASH = "$c29tZXNhbHRzb21lc2FsdA$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ";
    private static final Argon2Phc CHEAP = Argon2Phc.parse("$argon2id$v=19$m=1024,t=1,p=1" + SALT_AND_HASH);
    private static final Argon2Phc COSTLY = Argon2Phc.parse("$argon2id$v=19$m=131072,t=4,p=4" + SALT_AND_HASH);
    private static final String DEFAULT_COST = "argon2id m=65536,t=3,p=4";
    private static final byte[] PASSWORD = "secret".getBytes(StandardCharsets.UTF_8);

    private final List<Argon2Phc> verified = new ArrayList<>();

    private String costOf(final UserDirectory users, final String name)
    {
        assertNull(users.verify(name, PASSWORD, (phc, password) -> !verified.add(phc)));
        return verified.get(verified.size() - 1).toString();
    }

    /** A directory in which most have one cost and some another. */
    private static UserDirectory users(final int cheapCount, final int costlyCount)
    {
        final Map<String, Argon2Phc> hashes = new TreeMap<>();
        for (int i = 0; i < cheapCount + costlyCount; i++)
        {
            hashes.put("user" + i, i < cheapCount ? CHEAP : COSTLY);
        }
        return UserDirectory.of(hashes, Set.of());
    }

    @Test
    void shouldTakeTheDefaultParametersWhereNobodyHasAny()
    {
        assertEquals(DEFAULT_COST, costOf(UserDirectory.EMPTY, "mallory"));
        assertEquals(DEFAULT_COST, costOf(UserDirectory.of(Map.of(), Set.of("bob")), "bob"));
    }

    @Test
    void shouldTakeTheUsersParametersWhereTheyAllHaveTheSame()
    {
        for (int i = 0; i < 100; i++)
        {
            assertEquals(CHEAP.toString(), costOf(users(3, 0), "unknown" + i));
            assertEquals(COSTLY.toString(), costOf(users(0, 3), "unknown" + i));
        }
    }

    @Test
    void shouldSpreadUnknownNamesOverTheUsersParametersAsTheUsersAre()
    {
        final UserDirectory users = users(30, 10);
        int costlyCount = 0;
        for (int i = 0; i < 4000; i++)
        {
            final String cost = costOf(users, "unknown" + i);
            assertTrue(cost.equals(CHEAP.toString()) || cost.equals(COSTLY.toString()), cost);
            costlyCount += cost.equals(COSTLY.toString()) ? 1 : 0;
        }
        // A quarter; ten standard deviations are 274.
        assertTrue(costlyCount > 726 && costlyCount < 1274, "costly=" + costlyCount);
    }

    @Test
    void shouldGiveANameTheSameParametersAgainAlsoAfterAReload()
    {
        int changedCount = 0;
        for (int i = 0; i < 1000; i++)
        {
            final String before = costOf(users(30, 10), "unknown" + i);
            assertEquals(before, costOf(users(30, 10), "unknown" + i));
            changedCount += before.equals(costOf(users(30, 11), "unknown" + i)) ? 0 : 1;
        }
        // 1/4 becomes 11/41, which moves 18 in a thousand names.
        assertTrue(changedCount < 80, "changed=" + changedCount);
    }

    @Test
    void shouldNeverCompareAnUnknownNameWithTheHashOfAUser()
    {
        costOf(users(1, 1), "unknown");

        assertNotEquals(CHEAP.format(), verified.get(0).format());
        assertNotEquals(COSTLY.format(), verified.get(0).format());
    }

    @Test
    void shouldCostADisabledUserWhatItCostBeforeAndRefuseIt()
    {
        final UserDirectory users = users(9, 0)
            .with(Principal.of("carol", Role.WRITE, List.of(), COSTLY, true));

        assertEquals(COSTLY.toString(), costOf(users, "carol"));
        assertNull(users.verify("carol", PASSWORD, (phc, password) -> true));
        assertNull(users.verify("unknown", PASSWORD, (phc, password) -> true));
    }
}
