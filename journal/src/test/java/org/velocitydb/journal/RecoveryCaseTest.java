package org.velocitydb.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RecoveryCaseTest
{
    @Test
    void shouldHaveExactlyOneRowForEachCombination()
    {
        int combinationCount = 0;
        for (final RecoveryCase.Header header : RecoveryCase.Header.values())
        {
            for (final RecoveryCase.Place place : RecoveryCase.Place.values())
            {
                for (final RecoveryCase.Rest rest : RecoveryCase.Rest.values())
                {
                    int matchCount = 0;
                    for (final RecoveryCase row : RecoveryCase.values())
                    {
                        matchCount += row.matches(header, place, rest) ? 1 : 0;
                    }
                    assertEquals(1, matchCount, header + " " + place + " " + rest);
                    combinationCount++;
                }
            }
        }
        assertEquals(27, combinationCount);
    }

    @Test
    void shouldLeaveNothingButTheUnclaimedEndOfTheLastSegment()
    {
        for (final RecoveryCase row : RecoveryCase.values())
        {
            final boolean isLeft = row.decision() == RecoveryCase.Decision.LEAVE_AND_ROLL;
            assertEquals(row == RecoveryCase.H, isLeft, row.name());
        }
        assertEquals(
            RecoveryCase.H, RecoveryCase.of(
                RecoveryCase.Header.INTACT, RecoveryCase.Place.LAST, RecoveryCase.Rest.REMAINS));
    }
}
