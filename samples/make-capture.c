/* make-capture.c
 * Turns a scenario, a short readable text, into the capture that it describes
 *
 *   make-capture SCENARIO OUTPUT.pcap
 *   make-capture --list-expectations SCENARIO
 *   make-capture --print-offer NAME | --print-krr NAME SCENARIO
 *
 * The last is for programs that send things themselves: an offer as base64, a KRR as it is, both as
 * of the scenario's start. The same scenario always gives the same octets. How scenarios are
 * written: scenario.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "expectations.h"
#include "packet-maker.h"
#include "sip-maker.h"

#define EXIT_WRONG 2

static bool send_message(SipMaker *sip, PacketMaker *packets, const Scenario *scenario,
                         const ScenarioMessage *message, GError **error)
{
    if (!settings_check(scenario, message->settings, sip_maker_keys, packet_maker_keys, error))
        return false;
    bool over_tcp = false;
    g_autoptr(GBytes) bytes = sip_maker_write(sip, message, &over_tcp, error);
    return bytes && packet_maker_send(packets, message, bytes, over_tcp, error);
}

static bool make_capture(const Scenario *scenario, const char *output, GError **error)
{
    g_autoptr(SipMaker) sip = sip_maker_new(scenario);
    g_autoptr(PacketMaker) packets = packet_maker_new(scenario);
    for (guint i = 0; i < scenario->messages->len; i++)
        if (!send_message(sip, packets, scenario, scenario->messages->pdata[i], error))
            return false;
    return packet_maker_write(packets, output, error);
}

static bool print_cargo(const Scenario *scenario, char *kind, char *name, GError **error)
{
    const Setting wanted = {.key = kind, .value = name};
    g_autoptr(CargoMaker) maker = cargo_maker_new(scenario);
    const char *type = NULL;
    g_autoptr(GBytes) bytes = cargo_maker_get(maker, &wanted, 0, &type, error);
    if (!bytes)
        return false;
    gsize length = 0;
    const void *data = g_bytes_get_data(bytes, &length);
    g_autofree char *base64 = type ? NULL : g_base64_encode(data, length);
    if (base64)
        g_print("%s\n", base64);
    else
        fwrite(data, 1, length, stdout);
    return true;
}

/** What is to be done with the scenario; nothing set: make its capture. */
typedef struct Task {
    gboolean list;
    char *offer;
    char *krr;
} Task;

static bool carry_out(const Task *task, const Scenario *scenario, const char *output,
                      GError **error)
{
    if (!expectations_check(scenario, error))
        return false;
    if (task->list)
        return expectations_print(scenario, error);
    if (task->offer)
        return print_cargo(scenario, "offer", task->offer, error);
    if (task->krr)
        return print_cargo(scenario, "krr", task->krr, error);
    return make_capture(scenario, output, error);
}

int main(int argc, char **argv)
{
    setlocale(LC_CTYPE, "");
    Task task = {0};
    const GOptionEntry entries[] = {
        {"list-expectations", 0, 0, G_OPTION_ARG_NONE, &task.list,
         "Print what the scenario expects of an audit, and make nothing", NULL},
        {"print-offer", 0, 0, G_OPTION_ARG_STRING, &task.offer,
         "Print one of its offers as base64, and make nothing", "NAME"},
        {"print-krr", 0, 0, G_OPTION_ARG_STRING, &task.krr,
         "Print one of its KRRs, and make nothing", "NAME"},
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GOptionContext) context = g_option_context_new("SCENARIO [OUTPUT.pcap]");
    g_option_context_add_main_entries(context, entries, NULL);
    g_autoptr(GError) error = NULL;
    bool understood = g_option_context_parse(context, &argc, &argv, &error);
    int prints = task.list + (task.offer != NULL) + (task.krr != NULL);
    if (understood && (prints > 1 || argc != (prints ? 2 : 3)))
        g_set_error(&error, SCENARIO_ERROR, 0, "make-capture SCENARIO OUTPUT.pcap");
    g_autoptr(Scenario) scenario = error ? NULL : scenario_load(argv[1], &error);
    if (scenario)
        carry_out(&task, scenario, argv[2], &error);
    g_free(task.offer);
    g_free(task.krr);
    if (error) {
        g_printerr("%s\n", error->message);
        return EXIT_WRONG;
    }
    return EXIT_SUCCESS;
}
