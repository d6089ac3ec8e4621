/* test-krr-passes.c
 * Command lines, and whether the program looks at frames once
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/story/krr-passes.h"

#include <glib.h>

static const struct {
    const char *name;
    const char *arguments; /* with blanks for the zeros between them */
    bool once;
} cases[] = {
    {"plain", "tshark -r x.pcap", true},
    {"path", "/usr/bin/tshark -nr x.pcap -Y krr", true},
    {"two-passes", "tshark -2 -r x.pcap", false},
    {"together", "tshark -n2r x.pcap", false},
    {"last", "tshark -r x.pcap -2", false},
    {"in-a-name", "tshark -r 2.pcap --log-level=2", true},
    {"wireshark", "/usr/bin/wireshark -r x.pcap", false},
    {"other", "sharkd", false},
    {"nothing", "", false},
};

static void test_case(gconstpointer data)
{
    const gsize i = GPOINTER_TO_SIZE(data);
    g_autofree char *line = g_strdelimit(g_strdup(cases[i].arguments), " ", '\0');
    const gsize length = strlen(cases[i].arguments);

    g_assert_true(krr_passes_is_one(line, length > 0 ? length + 1 : 0) == cases[i].once);
    /* Cut short, it is not a command line. */
    g_assert_false(krr_passes_is_one(line, length));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/krr-passes/", cases[i].name, NULL);
        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_case);
    }
    return g_test_run();
}
