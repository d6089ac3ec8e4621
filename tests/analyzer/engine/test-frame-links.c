/* test-frame-links.c
 * Which frames must go along with others
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/engine/frame-links.h"

static void count(guint32 capture, guint32 frame, guint32 needed_by, bool stream, gpointer data)
{
    (void)capture;
    (void)stream;
    g_assert_cmpuint(frame, !=, needed_by);
    (*(guint *)data)++;
}

static gint compare(gconstpointer a, gconstpointer b)
{
    return GPOINTER_TO_INT(a) - GPOINTER_TO_INT(b);
}

/* The frames that a frame needs, itself included, as text. */
static char *closure(const FrameLinks *links, guint32 capture, guint32 frame)
{
    g_autoptr(GHashTable) frames = g_hash_table_new(NULL, NULL);
    guint added = 0;
    GString *text = g_string_new(NULL);
    GList *sorted;

    g_hash_table_add(frames, GUINT_TO_POINTER(frame));
    frame_links_complete(links, capture, frames, count, &added);
    g_assert_cmpuint(g_hash_table_size(frames), ==, added + 1); /* each is told of once */
    sorted = g_list_sort(g_hash_table_get_keys(frames), compare);
    for (GList *l = sorted; l; l = l->next) {
        g_string_append_printf(text, "%s%u", text->len ? " " : "", GPOINTER_TO_UINT(l->data));
    }
    g_list_free(sorted);
    return g_string_free(text, FALSE);
}

static void check(const FrameLinks *links, guint32 capture, guint32 frame, const char *expected)
{
    g_autofree char *found = closure(links, capture, frame);

    g_assert_cmpstr(found, ==, expected);
}

static void test_nothing_known(void)
{
    g_autoptr(FrameLinks) links = frame_links_new();

    check(links, 1, 7, "7");
}

static void test_fragments(void)
{
    g_autoptr(FrameLinks) links = frame_links_new();

    frame_links_add_part(links, 1, 5, 2);
    frame_links_add_part(links, 1, 5, 4);
    check(links, 1, 5, "2 4 5");
    check(links, 1, 4, "4");
    check(links, 2, 5, "5"); /* another capture */
}

/* A segment that itself came in fragments, told in an order in which one look does not suffice. */
static void test_parts_of_parts(void)
{
    g_autoptr(FrameLinks) links = frame_links_new();

    frame_links_add_part(links, 1, 3, 1);
    frame_links_add_part(links, 1, 9, 3);
    frame_links_add_part(links, 1, 9, 6);
    frame_links_add_part(links, 1, 6, 5);
    check(links, 1, 9, "1 3 5 6 9");
}

/* All of the connection before the frame, nothing of it behind, nothing of another one. */
static void test_streams(void)
{
    g_autoptr(FrameLinks) links = frame_links_new();

    frame_links_add_stream(links, 1, 1, 0);
    frame_links_add_stream(links, 1, 2, 1);
    frame_links_add_stream(links, 1, 4, 0);
    frame_links_add_stream(links, 1, 5, 1);
    frame_links_add_stream(links, 1, 7, 0);
    check(links, 1, 4, "1 4");
    check(links, 1, 5, "2 5");
    check(links, 1, 7, "1 4 7");
    check(links, 1, 3, "3");
}

/* A segment of the stream was fragmented: its fragments are in no stream. */
static void test_fragments_of_a_stream(void)
{
    g_autoptr(FrameLinks) links = frame_links_new();

    frame_links_add_stream(links, 1, 3, 0);
    frame_links_add_part(links, 1, 3, 2);
    frame_links_add_stream(links, 1, 8, 0);
    check(links, 1, 8, "2 3 8");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/frame-links/nothing-known", test_nothing_known);
    g_test_add_func("/frame-links/fragments", test_fragments);
    g_test_add_func("/frame-links/parts-of-parts", test_parts_of_parts);
    g_test_add_func("/frame-links/streams", test_streams);
    g_test_add_func("/frame-links/fragments-of-a-stream", test_fragments_of_a_stream);
    return g_test_run();
}
