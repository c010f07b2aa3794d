package org.velocitydb.engine;

import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;

/**
 * The store's three agents, and the threads they run on. In a store that is invoked whoever steps them is their thread,
 * and the writer of one that is owned is its owner's.
 */
final class StoreAgents
{
    private final ErrorHandler errorHandler;
    private final StoreWriter writer;
    private final StoreMaintenance maintenance;
    private final StoreCompaction compaction;
    /** Null for an agent that has no thread of its own. */
    private final AgentRunner writerRunner;
    private final AgentRunner maintenanceRunner;
    private final AgentRunner compactionRunner;

    StoreAgents(final StoreContext context, final StoreResources resources)
    {
        final StoreState state = resources.state();
        errorHandler = context.errorHandler();
        writer = new StoreWriter(state, context, resources.journal(), state.currentView());
        maintenance = new StoreMaintenance(state, context, resources.journal(), resources.versions());
        compaction = new StoreCompaction(state, context);
        if (context.isInvoked())
        {
            maintenanceRunner = null;
            compactionRunner = null;
            writerRunner = null;
        }
        else
        {
            maintenanceRunner = new AgentRunner(state.maintenanceSignal(), errorHandler, null, maintenance);
            compactionRunner = new AgentRunner(state.compactionSignal(), errorHandler, null, compaction);
            writerRunner = context.isWriterOwned()
                ? null
                : new AgentRunner(state.writerSignal(), errorHandler, null, writer);
        }
    }

    void start()
    {
        boolean haveStarted = false;
        try
        {
            start(maintenanceRunner);
            start(compactionRunner);
            start(writerRunner);
            haveStarted = true;
        }
        finally
        {
            if (!haveStarted)
            {
                close();
            }
        }
    }

    private static void start(final AgentRunner runner)
    {
        if (runner != null)
        {
            AgentRunner.startOnThread(runner);
        }
    }

    StoreWriter writer()
    {
        return writer;
    }

    Agent[] all()
    {
        return new Agent[]{ writer, maintenance, compaction };
    }

    /**
     * Does the writer's work where that has no thread of its own: while the store is closed nobody else answers the
     * calls that are under way, since its owner has ended with it.
     */
    void workInPlaceOfOwner()
    {
        if (writerRunner != null)
        {
            return;
        }
        try
        {
            writer.doWork();
        }
        catch (final Exception ex)
        {
            errorHandler.onError(ex);
        }
    }

    /**
     * Ends the agents: the writer first, whose last answers and tables the others do not wait for, and maintenance
     * last, since compaction hands it what it has copied. An interrupt does not cut it short.
     */
    void close()
    {
        // A runner passes the interrupt of whoever closes it on to the agent's thread, and interrupts that thread when
        // it takes long; an interrupt would close the journal's channel under the last force.
        final boolean wasInterrupted = Thread.interrupted();
        close(writerRunner, writer);
        close(compactionRunner, compaction);
        close(maintenanceRunner, maintenance);
        if (wasInterrupted)
        {
            Thread.currentThread().interrupt();
        }
    }

    private static void close(final AgentRunner runner, final Agent agent)
    {
        if (runner == null)
        {
            agent.onClose();
        }
        else
        {
            runner.close(Integer.MAX_VALUE, null);
        }
    }
}
