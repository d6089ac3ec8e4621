/* make-capture.c
 * Turns a scenario, a short readable text, into the capture that it describes
 *
 *   make-capture [--rounds COUNT] [--every SECONDS] [--encode KEY=VALUE]... SCENARIO OUTPUT.pcap
 *   make-capture --list-expectations SCENARIO
 *   make-capture --print-offer NAME | --print-krr NAME SCENARIO
 *
 * With --encode every message has that setting, whatever the scenario says, if it is of a kind that
 * knows it: what happens stays the same, and how it is written or travels changes.
 *
 * The last form is for programs that send things themselves: an offer as base64, a KRR as it is, both
 * as of the scenario's start. The same scenario always gives the same octets. How scenarios are
 * written: scenario.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "samples/expectations.h"
#include "samples/keep-alive.h"
#include "samples/packet-maker.h"
#include "samples/rtp-maker.h"
#include "samples/sip-maker.h"

#define EXIT_WRONG 2

/* A connection begins a little before its first message. */
#define LEAD_NS G_GINT64_CONSTANT(1000000000)

/* What is to be done with the scenario; nothing set: make its capture. */
typedef struct Task {
    gboolean list;
    char *offer;
    char *krr;
    char **encode; /* KEY=VALUE; NULL: as the scenario says */
    gint rounds;
    double every;
} Task;

/* The lists of keys that a kind of message knows. */
static const char *const *const sip_keys[] = {sip_maker_keys, keep_alive_keys, packet_maker_keys,
                                              NULL};
static const char *const *const stream_keys[] = {rtp_maker_keys, packet_maker_keys, NULL};

static const char *const *const *keys_of(const ScenarioMessage *message)
{
    return rtp_maker_is_stream(message) ? stream_keys : sip_keys;
}

static bool send_message(SipMaker *sip, PacketMaker *packets, const Scenario *scenario,
                         const ScenarioMessage *message, GError **error)
{
    bool stream = rtp_maker_is_stream(message);
    if (!settings_check(scenario, message->settings, keys_of(message), error)) {
        return false;
    }
    if (stream) {
        return rtp_maker_send(scenario, packets, message, error);
    }
    bool over_tcp = false;
    g_autoptr(GBytes) bytes = sip_maker_write(sip, message, &over_tcp, error);
    return bytes && keep_alive_send(scenario, packets, message, bytes, over_tcp, error);
}

/* Gives every message a setting, if it is of a kind that knows it. */
static bool encode(const Scenario *scenario, const char *word, GError **error)
{
    g_auto(GStrv) halves = g_strsplit(word, "=", 2);
    if (!halves[0] || !halves[1] ||
        !(setting_is_known(sip_keys, halves[0]) || setting_is_known(stream_keys, halves[0]))) {
        g_set_error(error, SCENARIO_ERROR, 0, "--encode %s: no KEY=VALUE of a message", word);
        return false;
    }
    for (guint i = 0; i < scenario->messages->len; i++) {
        const ScenarioMessage *message = scenario->messages->pdata[i];
        if (setting_is_known(keys_of(message), halves[0])) {
            setting_add(message->settings, halves[0], halves[1], message->line);
        }
    }
    return true;
}

static bool encode_all(const Scenario *scenario, char **words, GError **error)
{
    for (char **word = words; word && *word; word++) {
        if (!encode(scenario, *word, error)) {
            return false;
        }
    }
    return true;
}

static bool make_round(const Scenario *scenario, CaptureWriter *writer, GError **error)
{
    g_autoptr(SipMaker) sip = sip_maker_new(scenario);
    g_autoptr(PacketMaker) packets = packet_maker_new(scenario);
    for (guint i = 0; i < scenario->messages->len; i++) {
        if (!send_message(sip, packets, scenario, scenario->messages->pdata[i], error)) {
            return false;
        }
    }
    packet_maker_hand_over(packets, writer);
    return true;
}

/* The first message of a scenario, since 1970. */
static gint64 begin_ns(const Scenario *scenario)
{
    const ScenarioMessage *first =
        scenario->messages->len > 0 ? scenario->messages->pdata[0] : NULL;
    return g_date_time_to_unix(scenario->start) * G_GINT64_CONSTANT(1000000000) +
           (first ? first->offset_ns : 0);
}

static bool make_capture(const Task *task, const char *source, const char *output, GError **error)
{
    g_autoptr(CaptureWriter) writer = capture_writer_new(output, error);
    bool made = writer != NULL;
    for (gint round = 0; made && round < task->rounds; round++) {
        gint64 shift_ns = (gint64)(round * task->every * 1e9);
        g_autoptr(Scenario) scenario = scenario_load(source, (guint)round, shift_ns, error);
        made = scenario && encode_all(scenario, task->encode, error) &&
               make_round(scenario, writer, error);
        if (made) {
            capture_writer_settle(writer, begin_ns(scenario) - LEAD_NS);
        }
    }
    return made && capture_writer_finish(writer, error);
}

static bool print_cargo(const Scenario *scenario, char *kind, char *name, GError **error)
{
    const Setting wanted = {.key = kind, .value = name};
    g_autoptr(CargoMaker) maker = cargo_maker_new(scenario);
    const char *type = NULL;
    g_autoptr(GBytes) bytes = cargo_maker_get(maker, &wanted, 0, &type, error);
    if (!bytes) {
        return false;
    }
    gsize length = 0;
    const void *data = g_bytes_get_data(bytes, &length);
    g_autofree char *base64 = type ? NULL : g_base64_encode(data, length);
    if (base64) {
        g_print("%s\n", base64);
    } else {
        fwrite(data, 1, length, stdout);
    }
    return true;
}

static bool carry_out(const Task *task, const char *source, const char *output, GError **error)
{
    g_autoptr(Scenario) scenario = scenario_load(source, 0, 0, error);
    if (!scenario || !expectations_check(scenario, error)) {
        return false;
    }
    if (task->list) {
        return expectations_print(scenario, error);
    }
    if (task->offer) {
        return print_cargo(scenario, "offer", task->offer, error);
    }
    if (task->krr) {
        return print_cargo(scenario, "krr", task->krr, error);
    }
    return make_capture(task, source, output, error);
}

int main(int argc, char **argv)
{
    setlocale(LC_CTYPE, "");
    Task task = {.rounds = 1, .every = 1};
    const GOptionEntry entries[] = {
        {"list-expectations", 0, 0, G_OPTION_ARG_NONE, &task.list,
         "Print what the scenario expects of an audit, and make nothing", NULL},
        {"print-offer", 0, 0, G_OPTION_ARG_STRING, &task.offer,
         "Print one of its offers as base64, and make nothing", "NAME"},
        {"print-krr", 0, 0, G_OPTION_ARG_STRING, &task.krr,
         "Print one of its KRRs, and make nothing", "NAME"},
        {"rounds", 0, 0, G_OPTION_ARG_INT, &task.rounds, "Play the scenario so often (default 1)",
         "COUNT"},
        {"every", 0, 0, G_OPTION_ARG_DOUBLE, &task.every,
         "From the start of one round to that of the next (default 1)", "SECONDS"},
        {"encode", 0, 0, G_OPTION_ARG_STRING_ARRAY, &task.encode,
         "Give every message that setting; repeatable", "KEY=VALUE"},
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GOptionContext) context = g_option_context_new("SCENARIO [OUTPUT.pcap]");
    g_option_context_add_main_entries(context, entries, NULL);
    g_autoptr(GError) error = NULL;
    bool understood = g_option_context_parse(context, &argc, &argv, &error);
    int prints = task.list + (task.offer != NULL) + (task.krr != NULL);
    if (understood && (prints > 1 || argc != (prints ? 2 : 3))) {
        g_set_error(&error, SCENARIO_ERROR, 0, "make-capture SCENARIO OUTPUT.pcap");
    }
    if (!error) {
        carry_out(&task, argv[1], argv[2], &error);
    }
    g_free(task.offer);
    g_free(task.krr);
    g_strfreev(task.encode);
    if (error) {
        g_printerr("%s\n", error->message);
        return EXIT_WRONG;
    }
    return EXIT_SUCCESS;
}
