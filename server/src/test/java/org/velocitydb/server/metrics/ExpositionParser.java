package org.velocitydb.server.metrics;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a page in the Prometheus text format 0.0.4 and accepts nothing that the format's description does not allow,
 * nor what its conventions advise against: every metric has HELP and TYPE before its samples, once; names and labels
 * are well formed; no sample comes twice; counters end in _total; histograms have buckets that grow up to +Inf, a sum,
 * and a count that is the last bucket.
 */
public final class ExpositionParser
{
    private static final String NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
    private static final Pattern HELP = Pattern.compile("# HELP (" + NAME + ") ((?:[^\\\\\n]|\\\\\\\\|\\\\n)+)");
    private static final Pattern TYPE = Pattern.compile("# TYPE (" + NAME + ") (counter|gauge|histogram|summary)");
    private static final Pattern SAMPLE = Pattern.compile("(" + NAME + ")(\\{([^\n]*)})? ([^ ]+)");
    private static final Pattern LABELS = Pattern.compile(
        "[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\\n]|\\\\\\\\|\\\\\"|\\\\n)*\"");

    private final Map<String, String> types = new LinkedHashMap<>();
    private final Map<String, Double> samples = new TreeMap<>();
    private String helped = "";
    private String family = "";
    private double lastBound;
    private double lastCount;

    private ExpositionParser()
    {
    }

    /**
     * Reads a page.
     *
     * @param page all of it.
     * @return the samples: name with labels, and value.
     */
    public static Map<String, Double> parse(final String page)
    {
        final ExpositionParser parser = new ExpositionParser();
        require(page.endsWith("\n"), "the last line has no end", page);
        for (final String line : page.substring(0, page.length() - 1).split("\n", -1))
        {
            parser.onLine(line);
        }
        parser.endFamily();
        return parser.samples;
    }

    private void onLine(final String line)
    {
        final Matcher help = HELP.matcher(line);
        final Matcher type = TYPE.matcher(line);
        if (help.matches())
        {
            endFamily();
            helped = help.group(1);
            require(!types.containsKey(helped), "said twice", line);
        }
        else if (type.matches())
        {
            require(type.group(1).equals(helped), "TYPE without HELP", line);
            require(types.putIfAbsent(helped, type.group(2)) == null, "said twice", line);
            require(type.group(2).equals("counter") == helped.endsWith("_total"), "counters end in _total", line);
            family = helped;
            lastBound = Double.NEGATIVE_INFINITY;
            lastCount = 0;
        }
        else
        {
            onSample(line);
        }
    }

    private void onSample(final String line)
    {
        final Matcher sample = SAMPLE.matcher(line);
        require(sample.matches(), "neither HELP, TYPE nor a sample", line);
        final String name = sample.group(1);
        final String labels = sample.group(3) == null ? "" : sample.group(3);
        require(labels.isEmpty() || LABELS.matcher(labels).matches(), "labels", line);
        final double value = number(sample.group(4), line);
        require(belongs(name), "sample of another family", line);
        require(samples.putIfAbsent(name + (labels.isEmpty() ? "" : "{" + labels + "}"), value) == null, "twice", line);
        require(value >= 0 || types.get(family).equals("gauge"), "negative", line);
        if (name.equals(family + "_bucket"))
        {
            onBucket(labels, value, line);
        }
    }

    private void onBucket(final String labels, final double value, final String line)
    {
        require(labels.matches("le=\"[^\"]+\""), "bucket without le", line);
        final double bound = number(labels.substring(4, labels.length() - 1), line);
        require(bound > lastBound && value >= lastCount, "buckets do not grow", line);
        lastBound = bound;
        lastCount = value;
    }

    private boolean belongs(final String name)
    {
        return switch (types.getOrDefault(family, "none"))
        {
            case "counter", "gauge" -> name.equals(family);
            case "summary" -> name.equals(family + "_sum") || name.equals(family + "_count");
            case "histogram" ->
                name.equals(family + "_bucket") || name.equals(family + "_sum") || name.equals(family + "_count");
            default -> false;
        };
    }

    private void endFamily()
    {
        final String type = types.get(family);
        if ("histogram".equals(type))
        {
            require(lastBound == Double.POSITIVE_INFINITY, "no bucket +Inf", family);
            require(samples.getOrDefault(family + "_count", -1.0) == lastCount, "count", family);
        }
        if ("histogram".equals(type) || "summary".equals(type))
        {
            require(samples.containsKey(family + "_sum") && samples.containsKey(family + "_count"), "sum", family);
        }
        family = "";
    }

    private static double number(final String text, final String line)
    {
        if (text.equals("+Inf"))
        {
            return Double.POSITIVE_INFINITY;
        }
        require(text.matches("[-+]?[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]+)?"), "not a number", line);
        return Double.parseDouble(text);
    }

    private static void require(final boolean isTrue, final String what, final String line)
    {
        if (!isTrue)
        {
            throw new AssertionError(what + ": " + line);
        }
    }
}
