/* packet-mikey-sakke-names.h
 * What the numbers in a MIKEY-SAKKE message stand for
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef PACKET_MIKEY_SAKKE_NAMES_H
#define PACKET_MIKEY_SAKKE_NAMES_H

#include <epan/packet.h> /* value_string, wherever its header is */

/** Names of values, for fields; each ends with a NULL. */
extern const value_string mikey_data_type_names[];
extern const value_string mikey_prf_names[];
extern const value_string mikey_purpose_names[];
extern const value_string mikey_map_type_names[];
extern const value_string mikey_cs_id_names[];
extern const value_string mikey_timestamp_type_names[];
extern const value_string mikey_role_names[];
extern const value_string mikey_id_type_names[];
extern const value_string mikey_protocol_names[];
extern const value_string mikey_srtp_parameter_names[];
extern const value_string mikey_srtp_encryption_names[];
extern const value_string mikey_srtp_authentication_names[];
extern const value_string mikey_srtp_prf_names[];
extern const value_string mikey_srtp_fec_names[];
extern const value_string mikey_switch_names[];
extern const range_string mikey_sakke_params_names[];
extern const range_string mikey_sakke_id_scheme_names[];
extern const value_string mikey_encryption_names[];
extern const value_string mikey_mac_names[];
extern const value_string mikey_error_names[];
extern const value_string mikey_sign_names[];
extern const value_string mikey_ext_type_names[];
extern const value_string mikey_key_algorithm_names[];
extern const value_string mikey_key_type_names[];

#endif
