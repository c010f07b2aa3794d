package org.velocitydb.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.velocitydb.client.ServerSilence.Verdict;

class ServerSilenceTest
{
    private static final long PING_INTERVAL_NS = 100;
    private static final long PING_TIMEOUT_NS = 50;

    private final ServerSilence silence = new ServerSilence(PING_INTERVAL_NS, PING_TIMEOUT_NS);

    @Test
    void shouldAskASilentServerOnceAndGiveItUpWhenNothingComes()
    {
        silence.watch();
        silence.onReadBegin(1000);

        assertEquals(Verdict.WAIT, silence.judge(1100));
        assertEquals(Verdict.ASK, silence.judge(1101));
        assertEquals(Verdict.WAIT, silence.judge(1151));
        assertEquals(Verdict.GONE, silence.judge(1152));
        assertEquals(152, silence.durationNs(1152));
    }

    @Test
    void shouldBeginAnewWhenSomethingComesAfterItWasAsked()
    {
        silence.watch();
        silence.onReadBegin(1000);
        assertEquals(Verdict.ASK, silence.judge(1101));
        silence.onReadEnd();
        silence.onReadBegin(1120);

        assertEquals(Verdict.WAIT, silence.judge(1200));
        assertEquals(Verdict.WAIT, silence.judge(1220));
        assertEquals(Verdict.ASK, silence.judge(1221));
    }

    @Test
    void shouldNotJudgeAReaderThatDoesNotWait()
    {
        silence.watch();
        silence.onReadBegin(1000);
        silence.onReadEnd();

        assertEquals(Verdict.WAIT, silence.judge(1_000_000));
        assertEquals(0, silence.durationNs(1_000_000));
    }

    @Test
    void shouldAskNobodyWhoHasNotLetTheClientIn()
    {
        silence.onReadBegin(1000);

        assertEquals(Verdict.WAIT, silence.judge(1_000_000));
    }
}
