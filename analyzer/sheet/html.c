/* html.c
 * An HTML document as it is written: elements, their attributes, texts
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/sheet/html.h"

#include <errno.h>

#include <libxml/xmlwriter.h>

#include "analyzer/process/text.h"

struct Html {
    Output *out;
    xmlTextWriter *writer; /* escapes, and knows what is open */
    guint open;            /* elements */
    bool failed;           /* it had no memory */
};

/* Of the output buffer of libxml2. */
static int append(void *context, const char *octets, int length)
{
    Output *out = context;

    g_string_append_len(out->text, octets, length);
    return length;
}

/* Every call of libxml2's writer is checked here: a document with a gap must not look complete. */
static void check(Html *html, int result)
{
    html->failed |= result < 0;
}

Html *html_new(Output *out)
{
    Html *html = g_new(Html, 1);
    xmlOutputBuffer *buffer = xmlOutputBufferCreateIO(append, NULL, out, NULL);

    *html = (Html){.out = out, .writer = buffer ? xmlNewTextWriter(buffer) : NULL};
    if (!html->writer) {
        g_error("no memory for an HTML document");
    }
    check(html, xmlTextWriterWriteRaw(html->writer, BAD_CAST "<!DOCTYPE html>"));
    return html;
}

void html_free(Html *html)
{
    if (!html) {
        return;
    }
    while (html->open) {
        html_close(html); /* the end of the document would leave elements without an end tag */
    }
    check(html, xmlTextWriterEndDocument(html->writer));
    check(html, xmlTextWriterFlush(html->writer));
    xmlFreeTextWriter(html->writer);
    if (html->failed && !html->out->trouble) {
        html->out->trouble = ENOMEM;
    }
    g_free(html);
}

/* Elements that stand on a line of their own, so that two reports can be compared line by line. */
static bool begins_line(const char *name)
{
    static const char *const names[] = {
        "html",  "head",    "meta",   "title",      "style",   "body", "header", "main",
        "nav",   "section", "h1",     "h2",         "h3",      "h5",   "h4",     "p",
        "ul",    "ol",      "li",     "dl",         "dt",      "div",  "table",  "caption",
        "thead", "tbody",   "tr",     "figure",     "svg",     "g",    "path",   "rect",
        "desc",  "details", "footer", "figcaption", "article", NULL};

    return g_strv_contains(names, name);
}

void html_open(Html *html, const char *name, const char *class)
{
    if (begins_line(name)) {
        check(html, xmlTextWriterWriteRaw(html->writer, BAD_CAST "\n"));
    }
    check(html, xmlTextWriterStartElement(html->writer, BAD_CAST name));
    html->open++;
    if (class) {
        html_attribute(html, "class", class);
    }
}

/* What is safe already, and what was meant to be; caller frees the latter. */
static const char *make_safe(const char *text, char **made)
{
    if (text_is_safe(text)) {
        return text;
    }
    *made = text_safe(text, 0);
    return *made;
}

void html_attribute(Html *html, const char *name, const char *text)
{
    g_autofree char *made = NULL;

    check(html, xmlTextWriterWriteAttribute(html->writer, BAD_CAST name,
                                            BAD_CAST make_safe(text, &made)));
}

void html_attributef(Html *html, const char *name, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    html_attribute(html, name, text);
}

void html_text(Html *html, const char *text)
{
    g_autofree char *made = NULL;

    check(html, xmlTextWriterWriteString(html->writer, BAD_CAST make_safe(text, &made)));
}

void html_textf(Html *html, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    html_text(html, text);
}

/* An end tag is always written: to a browser "<p/>" is a beginning. */
void html_close(Html *html)
{
    check(html, xmlTextWriterFullEndElement(html->writer));
    html->open--;
}

void html_meta(Html *html, const char *key, const char *name, const char *content)
{
    html_open(html, "meta", NULL);
    html_attribute(html, key, name);
    if (content) {
        html_attribute(html, "content", content);
    }
    check(html, xmlTextWriterEndElement(html->writer)); /* it must not have an end tag */
    html->open--;
}

void html_element(Html *html, const char *name, const char *class, const char *text)
{
    html_open(html, name, class);
    html_text(html, text);
    html_close(html);
}

void html_link(Html *html, const char *id, const char *text)
{
    html_open(html, "a", NULL);
    html_attributef(html, "href", "#%s", id);
    html_text(html, text);
    html_close(html);
}

void html_style(Html *html, const char *css)
{
    html_open(html, "style", NULL);
    check(html, xmlTextWriterWriteRaw(html->writer, BAD_CAST css));
    html_close(html);
}

void html_flow(Html *html)
{
    check(html, xmlTextWriterFlush(html->writer));
    output_flow(html->out);
}
