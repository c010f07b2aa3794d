package org.velocitydb.server.admin;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.velocitydb.server.metrics.MetricsWriter;

/**
 * Answers {@code GET /health/live}, {@code /health/ready} and {@code /metrics}, with the JDK's own HTTP server on a few
 * threads of its own.
 *
 * <p>Bounds: {@link #THREAD_COUNT} requests are read or answered at a time and {@link #QUEUE_CAPACITY} wait, further
 * connections are closed; a client that takes longer than {@link #REQUEST_TIME_MAX_S} for its request, or to take its
 * answer, is disconnected. So clients that are slow on purpose can delay others for seconds, but never touch the server
 * itself.
 */
public final class AdminServer implements AutoCloseable
{
    private static final int THREAD_COUNT = 4;
    private static final int QUEUE_CAPACITY = 32;
    private static final int BACKLOG = 32;
    private static final int REQUEST_TIME_MAX_S = 3;
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int UNAVAILABLE = 503;

    private final HttpServer http;
    private final ThreadPoolExecutor executor;
    private final Supplier<List<String>> whyNotReady;
    private final Consumer<MetricsWriter> metrics;

    private AdminServer(
        final HttpServer http,
        final ThreadPoolExecutor executor,
        final Supplier<List<String>> whyNotReady,
        final Consumer<MetricsWriter> metrics)
    {
        this.http = http;
        this.executor = executor;
        this.whyNotReady = whyNotReady;
        this.metrics = metrics;
    }

    /**
     * Listens.
     *
     * @param address         to listen at.
     * @param isRemoteAllowed whether other machines may reach it.
     * @param whyNotReady     the reasons why no requests should be sent to the server; none if it is ready.
     * @param metrics         writes all metrics.
     * @return the running server.
     * @throws IOException where it cannot listen there, or may not.
     */
    public static AdminServer open(
        final InetSocketAddress address,
        final boolean isRemoteAllowed,
        final Supplier<List<String>> whyNotReady,
        final Consumer<MetricsWriter> metrics) throws IOException
    {
        if (address.isUnresolved())
        {
            throw new IOException("no such host");
        }
        if (!isRemoteAllowed && !address.getAddress().isLoopbackAddress())
        {
            throw new IOException("not a loopback address: " + address.getAddress().getHostAddress());
        }
        limit();
        final HttpServer http = HttpServer.create(address, BACKLOG);
        final ThreadPoolExecutor executor = new ThreadPoolExecutor(
            THREAD_COUNT, THREAD_COUNT, 1, TimeUnit.SECONDS, new ArrayBlockingQueue<>(QUEUE_CAPACITY),
            AdminServer::newThread);
        executor.allowCoreThreadTimeOut(true);
        final AdminServer server = new AdminServer(http, executor, whyNotReady, metrics);
        http.setExecutor(executor);
        http.createContext("/", server::handle);
        http.start();
        return server;
    }

    /** The JDK's server takes its bounds from system properties, which it reads when it is first used. */
    private static void limit()
    {
        System.setProperty("sun.net.httpserver.maxReqTime", Integer.toString(REQUEST_TIME_MAX_S));
        System.setProperty("sun.net.httpserver.maxRspTime", Integer.toString(REQUEST_TIME_MAX_S));
        System.setProperty("sun.net.httpserver.maxIdleConnections", Integer.toString(QUEUE_CAPACITY));
        System.setProperty("jdk.httpserver.maxConnections", Integer.toString(THREAD_COUNT + QUEUE_CAPACITY));
    }

    private static Thread newThread(final Runnable task)
    {
        final Thread thread = new Thread(task, "velocity-admin");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Where it listens.
     *
     * @return with the port that the system chose, if it was left to it.
     */
    public InetSocketAddress localAddress()
    {
        return http.getAddress();
    }

    private void handle(final HttpExchange exchange) throws IOException
    {
        try (exchange)
        {
            final String method = exchange.getRequestMethod();
            if (!method.equals("GET") && !method.equals("HEAD"))
            {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                answer(exchange, METHOD_NOT_ALLOWED, "text/plain", "GET alone\n");
                return;
            }
            switch (exchange.getRequestURI().getPath())
            {
                case "/health/live" -> answer(exchange, OK, "application/json", "{\"live\":true}\n");
                case "/health/ready" -> answerReady(exchange);
                case "/metrics" -> answerMetrics(exchange);
                default -> answer(
                    exchange, NOT_FOUND, "text/plain", "there are /health/live, /health/ready and /metrics\n");
            }
        }
    }

    private void answerReady(final HttpExchange exchange) throws IOException
    {
        final List<String> reasons = whyNotReady.get();
        final String list = reasons.stream().map(AdminServer::quoted).collect(Collectors.joining(","));
        answer(
            exchange, reasons.isEmpty() ? OK : UNAVAILABLE, "application/json",
            "{\"ready\":" + reasons.isEmpty() + ",\"reasons\":[" + list + "]}\n");
    }

    private void answerMetrics(final HttpExchange exchange) throws IOException
    {
        final MetricsWriter writer = new MetricsWriter();
        metrics.accept(writer);
        answer(exchange, OK, MetricsWriter.CONTENT_TYPE, writer.toString());
    }

    private static void answer(
        final HttpExchange exchange, final int status, final String contentType, final String body)
        throws IOException
    {
        final byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", contentType);
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        if (exchange.getRequestMethod().equals("HEAD"))
        {
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        exchange.sendResponseHeaders(status, bytes.length);
        try (OutputStream out = exchange.getResponseBody())
        {
            out.write(bytes);
        }
    }

    /** Reasons are our own words: quotes and backslashes are all that could break a JSON string. */
    private static String quoted(final String text)
    {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace('\n', ' ') + '"';
    }

    /**
     * Stops at once; a page that is being gathered is waited for, since what it is gathered from may be closed next. A
     * second call does nothing.
     */
    @Override
    public void close()
    {
        http.stop(0);
        executor.shutdown();
        try
        {
            executor.awaitTermination(REQUEST_TIME_MAX_S, TimeUnit.SECONDS);
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
        }
    }
}
