/* make-capture.c
 * Turns a scenario, a short readable text, into the capture that it describes
 *
 *   make-capture SCENARIO OUTPUT.pcap
 *   make-capture --list-expectations SCENARIO
 *
 * The same scenario always gives the same octets. How scenarios are written: scenario.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <locale.h>
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

int main(int argc, char **argv)
{
    setlocale(LC_CTYPE, "");
    gboolean list = FALSE;
    const GOptionEntry entries[] = {
        {"list-expectations", 0, 0, G_OPTION_ARG_NONE, &list,
         "Print what the scenario expects of an audit, and make nothing", NULL},
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GOptionContext) context = g_option_context_new("SCENARIO [OUTPUT.pcap]");
    g_option_context_add_main_entries(context, entries, NULL);
    g_autoptr(GError) error = NULL;
    bool understood = g_option_context_parse(context, &argc, &argv, &error);
    if (understood && argc != (list ? 2 : 3))
        g_set_error(&error, SCENARIO_ERROR, 0, "make-capture SCENARIO OUTPUT.pcap");
    g_autoptr(Scenario) scenario = error ? NULL : scenario_load(argv[1], &error);
    if (scenario && expectations_check(scenario, &error)) {
        if (list)
            expectations_print(scenario, &error);
        else
            make_capture(scenario, argv[2], &error);
    }
    if (error) {
        g_printerr("%s\n", error->message);
        return EXIT_WRONG;
    }
    return EXIT_SUCCESS;
}
