/* wireshark-compat.h
 * All that differs between Wireshark 4.0, 4.4 and 4.6, and nothing else
 *
 * The rest of the project is written against the newest interface; older ones are mapped onto it
 * here. No other file asks for Wireshark's version.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef WIRESHARK_COMPAT_H
#define WIRESHARK_COMPAT_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <ws_version.h>

#include <epan/packet.h>
#include <epan/prefs.h>
#include <epan/strutil.h>
#include <epan/tap.h>

#define KRR_WIRESHARK_AT_LEAST(major, minor)                                                       \
    (WIRESHARK_VERSION_MAJOR > (major) ||                                                          \
     (WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))

#if KRR_WIRESHARK_AT_LEAST(4, 4)
#include <epan/dissectors/packet-media-type.h>
#include <wsutil/plugins.h>
/* A boolean preference is a bool. */
typedef bool krr_pref_bool;
#else
#include <epan/dissectors/packet-http.h>
/* A boolean preference is a gboolean, which is four octets wide: a bool would be overrun. */
typedef gboolean krr_pref_bool;
#define tvb_get_uint8(tvb, offset)                 tvb_get_guint8(tvb, offset)
#define tvb_find_uint8(tvb, offset, length, octet) tvb_find_guint8(tvb, offset, length, octet)
#endif

/** A text without anything that is not printable, in @p pool. */
static inline const char *krr_format_text(wmem_allocator_t *pool, const char *text)
{
    /* The octets are guchar in 4.0 and char later. */
    return format_text(pool, (const void *)text, strlen(text));
}

/** The text of a field that is a string; valid as long as the tree. */
static inline const char *krr_finfo_string(field_info *finfo)
{
#if KRR_WIRESHARK_AT_LEAST(4, 4)
    return fvalue_get_string(finfo->value);
#else
    return fvalue_get_string(&finfo->value);
#endif
}

/** The number of a field that is an unsigned integer of at most 32 bits. */
static inline guint32 krr_finfo_uint(field_info *finfo)
{
#if KRR_WIRESHARK_AT_LEAST(4, 4)
    return fvalue_get_uinteger(finfo->value);
#else
    return fvalue_get_uinteger(&finfo->value);
#endif
}

/* The flows of Statistics > Flow Graph. libwireshark exports these functions, but its headers for
 * them (epan/sequence_analysis.h) are not installed. They are the same in 4.0, 4.4 and 4.6. What
 * they hand around is opaque here, since it has changed before. */

typedef struct register_analysis register_analysis_t;

extern void register_seq_analysis(const char *name, const char *ui_name, const int proto_id,
                                  const char *tap_listener, unsigned tap_flags,
                                  tap_packet_cb tap_func);
extern register_analysis_t *sequence_analysis_find_by_name(const char *name);
extern tap_packet_cb sequence_analysis_get_packet_func(register_analysis_t *analysis);

#if KRR_WIRESHARK_AT_LEAST(4, 4)
/** What the functions of a conversation filter are called with. */
#define KRR_CONVERSATION_PARAMETERS packet_info *pinfo, void *user_data G_GNUC_UNUSED
#define KRR_CONVERSATION_BOOL       bool
#define krr_register_conversation_filter(protocol, name, is_valid, build)                          \
    register_conversation_filter(protocol, name, is_valid, build, NULL)
#else
#define KRR_CONVERSATION_PARAMETERS packet_info *pinfo
#define KRR_CONVERSATION_BOOL       gboolean
#define krr_register_conversation_filter(protocol, name, is_valid, build)                          \
    register_conversation_filter(protocol, name, is_valid, build)
#endif

/** The number of a field that is a boolean or an unsigned integer of any width. */
static inline guint64 krr_finfo_number(field_info *finfo)
{
    guint64 number = 0;

#if KRR_WIRESHARK_AT_LEAST(4, 4)
    fvalue_to_uinteger64(finfo->value, &number);
#else
    fvalue_to_uinteger64(&finfo->value, &number);
#endif
    return number;
}

/* For programs that embed libwireshark; the plugin uses nothing below. */

#include <epan/epan.h>
#include <epan/epan_dissect.h>
#include <wiretap/wtap.h>
#include <wsutil/buffer.h>
#include <wsutil/filesystem.h>
#include <wsutil/report_message.h>
#include <wsutil/wslog.h>

#if KRR_WIRESHARK_AT_LEAST(4, 4)
typedef bool krr_wsbool;
/* Renamed since 4.0; other than the rest, under the old names: one file alone asks. */
#define IS_FT_STRING(type) FT_IS_STRING(type)
#define IS_FT_UINT(type)   FT_IS_UINT(type)
#else
typedef gboolean krr_wsbool;
#endif

/** The type of a frame number in struct report_message_routines. */
#if KRR_WIRESHARK_AT_LEAST(4, 4)
typedef uint64_t krr_report_framenum;
#else
typedef guint32 krr_report_framenum;
#endif

/** What stands between the first argument and the last of get_interface_name() and
 *  get_interface_description() in struct packet_provider_funcs. */
#if KRR_WIRESHARK_AT_LEAST(4, 4)
#define KRR_INTERFACE_PARAMETERS uint32_t interface_id, unsigned section_number
#else
#define KRR_INTERFACE_PARAMETERS guint32 interface_id
#endif

/** Starts libwireshark's log. @param name  of the program */
static inline void krr_log_init(const char *name, void (*complain)(const char *, va_list))
{
#if KRR_WIRESHARK_AT_LEAST(4, 6)
    (void)name;
    ws_log_init(complain);
#else
    ws_log_init(name, complain);
#endif
}

/** Where the program's files are. @return NULL, or what is wrong, to be freed */
static inline char *krr_configuration_init(const char *program)
{
#if KRR_WIRESHARK_AT_LEAST(4, 6)
    return configuration_init(program);
#else
    return configuration_init(program, NULL);
#endif
}

/** Are the dissectors those of the Wireshark versions that leaf-protocols.c speaks of? A later one may
 *  do more than they did. */
#define KRR_LEAVES_ARE_KNOWN (!KRR_WIRESHARK_AT_LEAST(4, 7))

/** A record of a capture file with its octets: since 4.6 the octets are part of wtap_rec. */
typedef struct KrrRecord {
    wtap_rec rec;
#if !KRR_WIRESHARK_AT_LEAST(4, 6)
    Buffer octets;
#endif
} KrrRecord;

#define KRR_RECORD_OCTETS 1514 /* room to begin with: an Ethernet frame */

static inline void krr_record_init(KrrRecord *record)
{
#if KRR_WIRESHARK_AT_LEAST(4, 6)
    wtap_rec_init(&record->rec, KRR_RECORD_OCTETS);
#else
    wtap_rec_init(&record->rec);
    ws_buffer_init(&record->octets, KRR_RECORD_OCTETS);
#endif
}

static inline void krr_record_cleanup(KrrRecord *record)
{
    wtap_rec_cleanup(&record->rec);
#if !KRR_WIRESHARK_AT_LEAST(4, 6)
    ws_buffer_free(&record->octets);
#endif
}

/** The next record of the file; false at its end (*err 0) or at an error. */
static inline bool krr_record_read(KrrRecord *record, wtap *file, int *err, char **err_info,
                                   gint64 *offset)
{
#if KRR_WIRESHARK_AT_LEAST(4, 6)
    return wtap_read(file, &record->rec, err, err_info, offset);
#else
    return wtap_read(file, &record->rec, &record->octets, err, err_info, offset);
#endif
}

/** The record at an offset of a file that was opened for that, too. */
static inline bool krr_record_read_at(KrrRecord *record, wtap *file, gint64 offset, int *err,
                                      char **err_info)
{
#if KRR_WIRESHARK_AT_LEAST(4, 6)
    return wtap_seek_read(file, offset, &record->rec, err, err_info);
#else
    return wtap_seek_read(file, offset, &record->rec, &record->octets, err, err_info);
#endif
}

static inline guint8 *krr_record_octets(KrrRecord *record)
{
#if KRR_WIRESHARK_AT_LEAST(4, 6)
    return ws_buffer_start_ptr(&record->rec.data);
#else
    return ws_buffer_start_ptr(&record->octets);
#endif
}

/** Dissects a record with all taps. */
static inline void krr_record_dissect(KrrRecord *record, epan_dissect_t *edt, int file_type,
                                      frame_data *frame)
{
#if KRR_WIRESHARK_AT_LEAST(4, 6)
    epan_dissect_run_with_taps(edt, file_type, &record->rec, frame, NULL);
#else
    tvbuff_t *tvb = tvb_new_real_data(krr_record_octets(record), frame->cap_len,
                                      MIN(frame->pkt_len, (guint32)G_MAXINT));

    epan_dissect_run_with_taps(edt, file_type, &record->rec, tvb, frame, NULL);
#endif
}

/** Calls a function for every earlier frame with which the frame just dissected was put together.
 *  To be called before epan_dissect_reset(). */
static inline void krr_each_part(const epan_dissect_t *edt, const frame_data *frame,
                                 void (*visit)(guint32 part, gpointer data), gpointer data)
{
#if KRR_WIRESHARK_AT_LEAST(4, 4)
    GHashTableIter iterator;
    gpointer part;

    (void)edt;
    if (!frame->dependent_frames) {
        return;
    }
    g_hash_table_iter_init(&iterator, frame->dependent_frames);
    while (g_hash_table_iter_next(&iterator, &part, NULL)) {
        visit(GPOINTER_TO_UINT(part), data);
    }
#else
    (void)frame;
    for (const GSList *part = edt->pi.dependent_frames; part; part = part->next) {
        visit(GPOINTER_TO_UINT(part->data), data);
    }
#endif
}

/** Which interface of the file a record came from, counted over all of its sections.
 *  @param known  interfaces of the file that were known before the section of the record */
static inline guint krr_record_interface(wtap *file, const KrrRecord *record, guint known)
{
    guint id = record->rec.rec_header.packet_header.interface_id;

#if KRR_WIRESHARK_AT_LEAST(4, 4)
    (void)known;
    if (record->rec.presence_flags & WTAP_HAS_SECTION_NUMBER) {
        return wtap_file_get_shb_global_interface_id(file, record->rec.section_number, id);
    }
    return id;
#else
    (void)file;
    return known + id;
#endif
}

/** Begins a file that is not compressed; the dumper owns the descriptor. */
static inline wtap_dumper *krr_dump_open(int fd, int file_type, const wtap_dump_params *params,
                                         int *err, char **err_info)
{
    /* 0 is "not compressed", whatever the name of the type. */
    return wtap_dump_fdopen(fd, file_type, 0, params, err, err_info);
}

static inline bool krr_dump_record(wtap_dumper *dumper, KrrRecord *record, int *err,
                                   char **err_info)
{
#if KRR_WIRESHARK_AT_LEAST(4, 6)
    return wtap_dump(dumper, &record->rec, err, err_info);
#else
    return wtap_dump(dumper, &record->rec, krr_record_octets(record), err, err_info);
#endif
}

#endif
