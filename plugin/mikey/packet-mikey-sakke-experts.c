/* packet-mikey-sakke-experts.c
 * What is wrong with a MIKEY-SAKKE message, as expert infos
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/mikey/packet-mikey-sakke-experts.h"

#include "plugin/wireshark-compat.h"

static const struct {
    const char *name;
    int group, severity;
    const char *summary;
} problems[MIKEY_N_PROBLEMS] = {
    [MIKEY_PROBLEM_LENGTH_PAST_END] = {"mikey_sakke.length_past_end", PI_MALFORMED, PI_ERROR,
                                       "A length points past the end of the message"},
    [MIKEY_PROBLEM_CUT] = {"mikey_sakke.cut", PI_UNDECODED, PI_NOTE,
                           "The capture cut the message short"},
    [MIKEY_PROBLEM_V_SET] = {"mikey_sakke.v_set", PI_PROTOCOL, PI_WARN,
                             "MIKEY-SAKKE messages want no answer: V is not set"},
    [MIKEY_PROBLEM_PRF] = {"mikey_sakke.wrong_prf", PI_PROTOCOL, PI_WARN,
                           "The PRF function is PRF-HMAC-SHA-256"},
    [MIKEY_PROBLEM_PURPOSE] = {"mikey_sakke.unassigned_purpose", PI_PROTOCOL, PI_WARN,
                               "No kind of key has this purpose tag"},
    [MIKEY_PROBLEM_MAP_TYPE] = {"mikey_sakke.unknown_map_type", PI_UNDECODED, PI_WARN,
                                "A CS ID map type that is not known"},
    [MIKEY_PROBLEM_MAP_COUNT] = {"mikey_sakke.empty_map_count", PI_PROTOCOL, PI_WARN,
                                 "An empty map has no crypto sessions"},
    [MIKEY_PROBLEM_UNDEFINED_PAYLOAD] = {"mikey_sakke.undefined_payload", PI_MALFORMED, PI_ERROR,
                                         "A payload type that nobody defined"},
    [MIKEY_PROBLEM_UNSUPPORTED_PAYLOAD] =
        {"mikey_sakke.unsupported_payload", PI_UNDECODED, PI_WARN,
         "A payload that does not belong in a MIKEY-SAKKE message"},
    [MIKEY_PROBLEM_TOO_MANY_PAYLOADS] = {"mikey_sakke.too_many_payloads", PI_MALFORMED, PI_ERROR,
                                         "More payloads than any message needs"},
    [MIKEY_PROBLEM_NO_SIGNATURE] = {"mikey_sakke.no_signature", PI_PROTOCOL, PI_ERROR,
                                    "The message ends without a signature"},
    [MIKEY_PROBLEM_MISSING_PAYLOAD] = {"mikey_sakke.missing_payload", PI_PROTOCOL, PI_ERROR,
                                       "A mandatory payload is missing"},
    [MIKEY_PROBLEM_REPEATED_PAYLOAD] = {"mikey_sakke.repeated_payload", PI_PROTOCOL, PI_ERROR,
                                        "A payload that occurs once is repeated"},
    [MIKEY_PROBLEM_LEFT_OVER] = {"mikey_sakke.left_over", PI_MALFORMED, PI_WARN,
                                 "Octets are left over after the last payload"},
    [MIKEY_PROBLEM_UNSUPPORTED_LAYOUT] = {"mikey_sakke.unsupported_layout", PI_UNDECODED, PI_WARN,
                                          "A number that is not known leaves open what follows"},
    [MIKEY_PROBLEM_EMPTY_VALUE] = {"mikey_sakke.empty_value", PI_PROTOCOL, PI_WARN,
                                   "An empty value"},
    [MIKEY_PROBLEM_TRAILING_NUL] = {"mikey_sakke.trailing_nul", PI_PROTOCOL, PI_NOTE,
                                    "The identity ends in a NUL octet, which is not part of it"},
    [MIKEY_PROBLEM_UID_LENGTH] = {"mikey_sakke.uid_length", PI_PROTOCOL, PI_ERROR,
                                  "A UID has 32 octets"},
    [MIKEY_PROBLEM_IDENTITY_NOT_TEXT] = {"mikey_sakke.identity_not_text", PI_PROTOCOL, PI_WARN,
                                         "The identity is announced as text and is none"},
    [MIKEY_PROBLEM_TOO_MANY_PARAMETERS] = {"mikey_sakke.too_many_parameters", PI_PROTOCOL, PI_WARN,
                                           "More parameters than are taken apart"},
    [MIKEY_PROBLEM_SAKKE_DATA] =
        {"mikey_sakke.sakke_data", PI_PROTOCOL, PI_ERROR,
         "SAKKE data are an uncompressed point (04, x, y) and a masked value"},
    [MIKEY_PROBLEM_SIGN_TYPE] = {"mikey_sakke.sign_type", PI_PROTOCOL, PI_ERROR,
                                 "MIKEY-SAKKE messages are signed with ECCSI"},
    [MIKEY_PROBLEM_SIGN_LENGTH] = {"mikey_sakke.sign_length", PI_PROTOCOL, PI_ERROR,
                                   "An ECCSI signature has 129 octets"},
    [MIKEY_PROBLEM_SIGN_PVT] = {"mikey_sakke.sign_pvt", PI_PROTOCOL, PI_ERROR,
                                "The PVT is not an uncompressed point (04, x, y)"},
    [MIKEY_PROBLEM_EXT_LEFT_OVER] = {"mikey_sakke.ext_left_over", PI_PROTOCOL, PI_WARN,
                                     "Octets are left over in the extension"},
    [MIKEY_PROBLEM_DPPK_ID] = {"mikey_sakke.dppk_id_differs", PI_PROTOCOL, PI_WARN,
                               "The DPPK-ID is not the message's CSB-ID"},
    [MIKEY_PROBLEM_SHORT_CIPHERTEXT] = {"mikey_sakke.short_ciphertext", PI_PROTOCOL, PI_ERROR,
                                        "Too short for an authentication tag of 16 octets"},
    [MIKEY_PROBLEM_GROUP_IEI] = {"mikey_sakke.group_iei", PI_PROTOCOL, PI_WARN,
                                 "A group identity has the IEI 0x7b"},
    [MIKEY_PROBLEM_EMPTY_EXTENSION] = {"mikey_sakke.empty_extension", PI_PROTOCOL, PI_WARN,
                                       "An extension without data"},
};

static expert_field expert_fields[MIKEY_N_PROBLEMS];
static ei_register_info expert_infos[MIKEY_N_PROBLEMS];

void mikey_experts_register(expert_module_t *expert)
{
    for (MikeyProblemId id = 0; id < MIKEY_N_PROBLEMS; id++) {
        expert_fields[id] = (expert_field)EI_INIT;
        expert_infos[id].ids = &expert_fields[id];
        expert_infos[id].eiinfo = (expert_field_info){
            .name = problems[id].name,
            .group = problems[id].group,
            .severity = problems[id].severity,
            .summary = problems[id].summary,
        };
    }
    expert_register_field_array(expert, expert_infos, MIKEY_N_PROBLEMS);
}

void mikey_experts_add(packet_info *pinfo, proto_item *item, const MikeyProblem *problem)
{
    expert_field *field = &expert_fields[problem->id];

    if (problem->text) {
        expert_add_info_format(pinfo, item, field, "%s", problem->text);
    } else {
        expert_add_info(pinfo, item, field);
    }
}
