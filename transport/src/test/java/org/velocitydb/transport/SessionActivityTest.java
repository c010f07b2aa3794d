package org.velocitydb.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SessionActivityTest
{
    private final SessionActivity activity = new SessionActivity(100);

    @Test
    void shouldTakeABegunFrameForProgressOnlyOnceEnoughOfItCame()
    {
        activity.onInput(SessionActivity.MIN_PROGRESS_BYTES - 1, true, 200);
        assertEquals(100, activity.inputProgressNs());

        activity.onInput(1, true, 300);
        assertEquals(300, activity.inputProgressNs());
    }

    @Test
    void shouldTakeTheFirstBytesOfAFrameForProgress()
    {
        activity.onInput(1, false, 200);

        assertEquals(200, activity.inputProgressNs());
        assertEquals(200, activity.lastInputNs());
    }

    @Test
    void shouldCountProgressAnewBehindAFrame()
    {
        activity.onInput(SessionActivity.MIN_PROGRESS_BYTES - 1, true, 200);
        activity.onFrameEnd(true, 300);

        activity.onInput(1, true, 400);

        assertEquals(300, activity.inputProgressNs());
    }

    @Test
    void shouldTakeAnswersLeftForProgressOnlyOnceEnoughOrAllOfThemWereTaken()
    {
        activity.onOutputBegun(200);

        activity.onOutput(SessionActivity.MIN_PROGRESS_BYTES - 1, false, 300);
        assertEquals(200, activity.lastOutputNs());

        activity.onOutput(1, false, 400);
        assertEquals(400, activity.lastOutputNs());

        activity.onOutput(1, true, 500);
        assertEquals(500, activity.lastOutputNs());
    }

    @Test
    void shouldNotTakeTheAnswerToAPingForActivity()
    {
        activity.onInput(1, false, 200);
        activity.onFrameEnd(true, 200);

        // The PING is appended and sent, which is no activity of the peer.
        activity.onAnswer(300);
        activity.asked(200, 300);
        activity.onOutput(1, true, 300);
        assertTrue(activity.isAsked());
        assertEquals(300, activity.awaitedSinceNs());

        activity.onInput(1, false, 400);
        activity.onFrameEnd(false, 400);

        assertFalse(activity.isAsked());
        assertEquals(200, activity.activityNs());
        assertEquals(400, activity.lastInputNs());
    }

    @Test
    void shouldTakeARequestForActivityWhereAnAnswerToAPingWasAwaited()
    {
        activity.asked(200, 300);

        activity.onInput(1, false, 400);
        activity.onFrameEnd(true, 400);

        assertEquals(400, activity.activityNs());
    }

    @Test
    void shouldCountWhatCameAndWent()
    {
        activity.onInput(7, false, 200);
        activity.onFrameEnd(true, 200);
        activity.onInput(5, true, 300);
        activity.onOutput(3, true, 300);

        assertEquals(1, activity.framesIn());
        assertEquals(12, activity.bytesIn());
        assertEquals(3, activity.bytesOut());
        assertEquals(100, activity.openedNs());
    }
}
