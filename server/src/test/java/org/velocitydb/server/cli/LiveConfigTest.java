package org.velocitydb.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.velocitydb.server.config.VelocityConfig;
import org.velocitydb.server.identity.HostKey;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;

/**
 * What is told of a reload, and when.
 */
class LiveConfigTest
{
    private final List<String> events = new ArrayList<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(LiveConfig.class.getName());
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>()
    {
        @Override
        protected void append(final ILoggingEvent event)
        {
            events.add(event.getFormattedMessage());
        }
    };

    @TempDir
    private Path directory;

    @BeforeEach
    void listen()
    {
        appender.start();
        logger.addAppender(appender);
    }

    @AfterEach
    void stopListening()
    {
        logger.detachAppender(appender);
    }

    @Test
    void shouldSayThatItIsReloadedOnceThatIsInForce()
    {
        final LiveConfig live = new LiveConfig(
            config(5), () -> config(7), new LiveTls(HostKey.loadOrCreate(directory)));

        live.reload((inForce) -> events.add("in force: " + inForce.server().limits().maxConnections()));

        assertEquals(
            List.of(
                "configuration changed: server.max_connections: 5 -> 7", "in force: 7", "configuration reloaded"),
            events);
    }

    private static VelocityConfig config(final int maxConnections)
    {
        return VelocityConfig.parse("test", "[server]\nmax_connections = " + maxConnections + "\n");
    }
}
