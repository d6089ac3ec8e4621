/* test-html.c
 * What the writer of HTML does to whatever it is given
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/sheet/html.h"

#include <string.h>

#include "analyzer/process/output.h"

typedef struct Fixture {
    Output output;
    Html *html;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
    (void)data;
    fixture->output = (Output){.text = g_string_new(NULL)};
    fixture->html = html_new(&fixture->output);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
    (void)data;
    html_free(fixture->html);
    g_string_free(fixture->output.text, TRUE);
}

/* What was written, after the document type, once all is closed. */
static void check_document(Fixture *fixture, const char *expected)
{
    html_free(g_steal_pointer(&fixture->html));
    g_assert_cmpint(fixture->output.trouble, ==, 0);
    g_assert_true(g_str_has_prefix(fixture->output.text->str, "<!DOCTYPE html>"));
    g_assert_cmpstr(fixture->output.text->str + strlen("<!DOCTYPE html>"), ==, expected);
}

static void test_texts_are_escaped(Fixture *fixture, gconstpointer data)
{
    (void)data;
    html_element(fixture->html, "b", NULL, "<script>alert(\"1\")</script> & ]]>");
    check_document(fixture,
                   "<b>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; ]]&gt;</b>\n");
}

static void test_attributes_are_escaped(Fixture *fixture, gconstpointer data)
{
    (void)data;
    html_open(fixture->html, "b", "x\" onclick=\"alert(1)");
    html_attributef(fixture->html, "title", "%s", "'<&>\"");
    check_document(
        fixture,
        "<b class=\"x&quot; onclick=&quot;alert(1)\" title=\"'&lt;&amp;&gt;&quot;\"></b>\n");
}

/* Whoever forgot to make a text safe. */
static void test_unsafe_texts_are_made_safe(Fixture *fixture, gconstpointer data)
{
    (void)data;
    html_open(fixture->html, "b", NULL);
    html_text(fixture->html, "a\033[31m");
    html_text(fixture->html, "\342\200\256b");
    html_textf(fixture->html, "c%s", "\377");
    html_text(fixture->html, "d\\n"); /* this one was safe */
    html_close(fixture->html);
    html_open(fixture->html, "b", "\001");
    check_document(fixture, "<b>a\\x1b[31m\\u{202e}bc\\xffd\\n</b><b class=\"\\x01\"></b>\n");
}

static void test_all_is_closed(Fixture *fixture, gconstpointer data)
{
    (void)data;
    html_open(fixture->html, "p", NULL);
    html_open(fixture->html, "b", NULL);
    html_link(fixture->html, "there", "here");
    check_document(fixture, "\n<p><b><a href=\"#there\">here</a></b></p>\n");
}

/* A browser takes "<p/>" for a beginning, and "</meta>" for a mistake. */
static void test_ends(Fixture *fixture, gconstpointer data)
{
    (void)data;
    html_open(fixture->html, "body", NULL);
    html_meta(fixture->html, "charset", "utf-8", NULL);
    html_open(fixture->html, "p", NULL);
    html_close(fixture->html);
    check_document(fixture, "\n<body>\n<meta charset=\"utf-8\"/>\n<p></p></body>\n");
}

/* Letters of all scripts stay as they are. */
static void test_letters(Fixture *fixture, gconstpointer data)
{
    (void)data;
    html_element(fixture->html, "b", NULL, "b\303\274cher \320\272\320\274\321\201");
    check_document(fixture, "<b>b\303\274cher \320\272\320\274\321\201</b>\n");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test) g_test_add("/html/" name, Fixture, NULL, set_up, test, tear_down)
    ADD("texts-are-escaped", test_texts_are_escaped);
    ADD("attributes-are-escaped", test_attributes_are_escaped);
    ADD("unsafe-texts-are-made-safe", test_unsafe_texts_are_made_safe);
    ADD("all-is-closed", test_all_is_closed);
    ADD("ends", test_ends);
    ADD("letters", test_letters);
#undef ADD
    return g_test_run();
}
