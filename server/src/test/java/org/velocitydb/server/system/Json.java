package org.velocitydb.server.system;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON strictly into Map, List, String, Long, Double, Boolean and null.
 */
final class Json
{
    private final String text;
    private int at;

    private Json(final String text)
    {
        this.text = text;
    }

    static Map<String, Object> object(final String text)
    {
        final Json json = new Json(text);
        final Map<String, Object> object = json.object();
        json.space();
        if (json.at != text.length())
        {
            throw json.wrong();
        }
        return object;
    }

    private AssertionError wrong()
    {
        return new AssertionError("not JSON: at=" + at + ", text=" + text);
    }

    private void space()
    {
        while (at < text.length() && " \n\r\t".indexOf(text.charAt(at)) >= 0)
        {
            at++;
        }
    }

    private boolean take(final String token)
    {
        space();
        final boolean isThere = text.startsWith(token, at);
        at += isThere ? token.length() : 0;
        return isThere;
    }

    private void require(final String token)
    {
        if (!take(token))
        {
            throw wrong();
        }
    }

    private Object value()
    {
        space();
        if (text.startsWith("{", at))
        {
            return object();
        }
        if (take("["))
        {
            return list();
        }
        if (take("\""))
        {
            return string();
        }
        if (take("true"))
        {
            return true;
        }
        if (take("false"))
        {
            return false;
        }
        return take("null") ? null : number();
    }

    private Map<String, Object> object()
    {
        final Map<String, Object> object = new LinkedHashMap<>();
        require("{");
        if (take("}"))
        {
            return object;
        }
        do
        {
            require("\"");
            final String name = string();
            require(":");
            if (object.put(name, value()) != null)
            {
                throw wrong();
            }
        }
        while (take(","));
        require("}");
        return object;
    }

    private List<Object> list()
    {
        final List<Object> list = new ArrayList<>();
        if (take("]"))
        {
            return list;
        }
        do
        {
            list.add(value());
        }
        while (take(","));
        require("]");
        return list;
    }

    private String string()
    {
        final StringBuilder string = new StringBuilder();
        while (text.charAt(at) != '"')
        {
            final char c = text.charAt(at++);
            if (c < ' ')
            {
                throw wrong();
            }
            string.append(c == '\\' ? escaped() : c);
        }
        at++;
        return string.toString();
    }

    private char escaped()
    {
        final char c = text.charAt(at++);
        switch (c)
        {
            case 'n' :
                return '\n';
            case 'r' :
                return '\r';
            case 't' :
                return '\t';
            case 'b' :
                return '\b';
            case 'f' :
                return '\f';
            case 'u' :
                at += 4;
                return (char) Integer.parseInt(text.substring(at - 4, at), 16);
            default :
                return c;
        }
    }

    private Object number()
    {
        final int from = at;
        while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0)
        {
            at++;
        }
        final String number = text.substring(from, at);
        if (!number.matches("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?"))
        {
            throw wrong();
        }
        if (number.matches("-?\\d+"))
        {
            return Long.valueOf(number);
        }
        return Double.valueOf(number);
    }
}
