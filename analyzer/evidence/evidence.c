/* evidence.c
 * The frames that prove the findings, as a capture of its own
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/evidence/evidence.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "analyzer/capture/capture-reader.h"
#include "analyzer/process/interrupt.h"
#include "analyzer/process/output-file.h"
#include "analyzer/process/text.h"
#include "plugin/wireshark-compat.h"

#define NS_PER_SECOND G_GINT64_CONSTANT(1000000000)
#define TSRESOL_NS    9 /* of if_tsresol: ten to the power of minus nine */

/* Octets of a comment; the packet details cut lines that are much longer. */
#define MAX_COMMENT 220

/* A capture that is read for the second time, up to the last frame that is wanted. */
typedef struct EvidenceSource {
    const Capture *capture;
    wtap *file;
    KrrRecord record;
    guint64 frame;          /* of the record */
    guint64 last;           /* the last one that is wanted */
    char *comment;          /* of the record; NULL: there are no more records */
    guint section;          /* of the record */
    guint known;            /* interfaces before that section */
    guint seen;             /* interfaces, when the record before was read */
    GHashTable *interfaces; /* interface and link type -> number in the evidence */
} EvidenceSource;

typedef struct EvidenceFile {
    const EvidencePlan *plan;
    GPtrArray *sources; /* of EvidenceSource */
    const char *path;
    wtap_dumper *dumper;
    guint interfaces;
    GArray *secrets; /* of wtap_block_t: keys that the captures brought along */
} EvidenceFile;

/* Keys come through a callback that takes no data of ours. */
static GArray *found_secrets;

static bool fail(GError **error, const char *path, const char *what, const char *why)
{
    g_autofree char *info = g_strdup(why);

    if (info) {
        g_strdelimit(info, "\r\n", ' ');
    }
    g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s: %s%s%s", path, what,
                info ? ": " : "", info ? info : "");
    return false;
}

/* ---- reading ---- */

static void source_free(gpointer data)
{
    EvidenceSource *source = data;

    if (source->file) {
        krr_record_cleanup(&source->record);
        wtap_close(source->file);
    }
    g_hash_table_unref(source->interfaces);
    g_free(source->comment);
    g_free(source);
}

static guint count_interfaces(wtap *file)
{
    g_autofree wtapng_iface_descriptions_t *interfaces = wtap_file_get_idb_info(file);

    return interfaces && interfaces->interface_data ? interfaces->interface_data->len : 0;
}

static void note_section(EvidenceSource *source)
{
    const wtap_rec *rec = &source->record.rec;
    guint section = rec->presence_flags & WTAP_HAS_SECTION_NUMBER ? rec->section_number : 0;

    if (section != source->section) {
        source->known = source->seen;
    }
    source->section = section;
    source->seen = count_interfaces(source->file);
}

/* Goes on to the next frame that is wanted; there is none where the comment is NULL then. */
static bool advance(EvidenceSource *source, const EvidencePlan *plan, GError **error)
{
    int err = 0;
    g_autofree char *err_info = NULL;
    gint64 offset;

    g_clear_pointer(&source->comment, g_free);
    while (!source->comment && source->frame < source->last) {
        wtap_rec_reset(&source->record.rec);
        if (interrupt_seen()) {
            return fail(error, source->capture->path, "interrupted", NULL);
        }
        if (!krr_record_read(&source->record, source->file, &err, &err_info, &offset)) {
            return fail(error, source->capture->path, "it changed after it was audited",
                        err ? wtap_strerror(err) : NULL);
        }
        source->frame++;
        note_section(source);
        source->comment = evidence_plan_comment(plan, source->capture->index, source->frame);
    }
    return true;
}

static void keep_secrets(guint32 type, const void *secrets, guint size)
{
    wtap_block_t block = wtap_block_create(WTAP_BLOCK_DECRYPTION_SECRETS);
    wtapng_dsb_mandatory_t *mandatory = wtap_block_get_mandatory_data(block);

    mandatory->secrets_type = type;
    mandatory->secrets_len = size;
    mandatory->secrets_data = g_memdup2(secrets, size);
    g_array_append_val(found_secrets, block);
}

static bool source_open(EvidenceFile *evidence, const Capture *capture, GError **error)
{
    EvidenceSource *source;
    guint64 last = evidence_plan_last(evidence->plan, capture->index);

    if (!last) {
        return true;
    }
    source = g_new0(EvidenceSource, 1);
    source->capture = capture;
    source->last = last;
    source->interfaces = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    g_ptr_array_add(evidence->sources, source);
    source->file = capture_reopen(capture, error);
    if (!source->file) {
        return false;
    }
    krr_record_init(&source->record);
    wtap_set_cb_new_secrets(source->file, keep_secrets);
    return advance(source, evidence->plan, error);
}

/* The source whose frame comes next; NULL: all are at their ends. */
static EvidenceSource *earliest(const EvidenceFile *evidence)
{
    EvidenceSource *first = NULL;

    for (guint i = 0; i < evidence->sources->len; i++) {
        EvidenceSource *source = g_ptr_array_index(evidence->sources, i);

        if (source->comment &&
            (!first || nstime_cmp(&source->record.rec.ts, &first->record.rec.ts) < 0)) {
            first = source;
        }
    }
    return first;
}

/* ---- interfaces ---- */

/* The interface as it was, but with times to the nanosecond and without statistics. */
static wtap_block_t describe_interface(const EvidenceSource *source, guint id, int encap)
{
    g_autofree wtapng_iface_descriptions_t *interfaces = wtap_file_get_idb_info(source->file);
    wtapng_if_descr_mandatory_t *mandatory;
    wtap_block_t block;

    if (interfaces && interfaces->interface_data && id < interfaces->interface_data->len) {
        block = wtap_block_make_copy(g_array_index(interfaces->interface_data, wtap_block_t, id));
        mandatory = wtap_block_get_mandatory_data(block);
        if (mandatory->interface_statistics) {
            wtap_block_array_free(mandatory->interface_statistics);
        }
    } else {
        block = wtap_block_create(WTAP_BLOCK_IF_ID_AND_INFO);
        mandatory = wtap_block_get_mandatory_data(block);
        mandatory->snap_len = WTAP_MAX_PACKET_SIZE_STANDARD;
    }
    mandatory->interface_statistics = NULL;
    mandatory->num_stat_entries = 0;
    mandatory->wtap_encap = encap;
    mandatory->tsprecision = WTAP_TSPREC_NSEC;
    mandatory->time_units_per_second = (guint64)NS_PER_SECOND;
    wtap_block_remove_option(block, OPT_IDB_TSRESOL);
    wtap_block_remove_option(block, OPT_IDB_TSOFFSET);
    wtap_block_add_uint8_option(block, OPT_IDB_TSRESOL, TSRESOL_NS);
    return block;
}

/* Which of its capture's interfaces the record came from, and its link type. */
static gint64 interface_key(const EvidenceSource *source)
{
    const wtap_rec *rec = &source->record.rec;
    bool stated = rec->presence_flags & WTAP_HAS_INTERFACE_ID;
    guint id = stated ? krr_record_interface(source->file, &source->record, source->known) : 0;

    return ((gint64)id << 32) | (guint32)rec->rec_header.packet_header.pkt_encap;
}

static wtap_block_t describe_key(const EvidenceSource *source, gint64 key)
{
    return describe_interface(source, (guint)(key >> 32), (int)(guint32)key);
}

static guint number_interface(EvidenceFile *evidence, EvidenceSource *source, gint64 key)
{
    guint number = evidence->interfaces++;

    g_hash_table_insert(source->interfaces, g_memdup2(&key, sizeof key), GUINT_TO_POINTER(number));
    return number;
}

/* The number of the record's interface in the evidence; a new interface is added to it. */
static bool map_interface(EvidenceFile *evidence, EvidenceSource *source, guint *number,
                          GError **error)
{
    gint64 key = interface_key(source);
    gpointer known;
    int err = 0;
    g_autofree char *err_info = NULL;
    wtap_block_t block;
    bool added;

    if (g_hash_table_lookup_extended(source->interfaces, &key, NULL, &known)) {
        *number = GPOINTER_TO_UINT(known);
        return true;
    }
    block = describe_key(source, key);
    added = wtap_dump_add_idb(evidence->dumper, block, &err, &err_info);
    wtap_block_unref(block);
    if (!added) {
        return fail(error, evidence->path, wtap_strerror(err), err_info);
    }
    *number = number_interface(evidence, source, key);
    return true;
}

/* ---- writing ---- */

/* "frame 28 of demo.pcap" */
static char *origin(const EvidenceSource *source)
{
    g_autofree char *name = g_path_get_basename(source->capture->path);
    g_autofree char *safe = text_safe(name, TEXT_MAX_WORD);

    return g_strdup_printf("frame %" G_GUINT64_FORMAT " of %s", source->frame,
                           strcmp(safe, "-") == 0 ? "standard input" : safe);
}

/* How much of a line one comment takes: where it is longer, up to a space. */
static gsize comment_length(const char *line)
{
    const gsize length = strlen(line);

    if (length <= MAX_COMMENT) {
        return length;
    }
    const char *space = g_strrstr_len(line, MAX_COMMENT, " ");
    const char *end =
        space && space > line ? space : g_utf8_find_prev_char(line, line + MAX_COMMENT);
    return (gsize)(end - line);
}

/* Adds a line as a comment of its own, or as several that Wireshark shows whole. */
static void add_comment(wtap_block_t block, const char *line)
{
    while (*line) {
        const gsize length = comment_length(line);
        wtap_block_add_string_option(block, OPT_COMMENT, line, length);
        line += length;
        line += *line == ' ' ? 1 : 0;
    }
}

/* Which frame it was, then its part in the story and what was found, each a comment. */
static void add_comments(wtap_block_t block, const EvidenceSource *source)
{
    g_autofree char *frame = origin(source);
    g_auto(GStrv) lines = g_strsplit(source->comment, "\n", -1);

    add_comment(block, frame);
    for (guint i = 0; lines[i]; i++) {
        add_comment(block, lines[i]);
    }
}

static bool write_record(EvidenceFile *evidence, EvidenceSource *source, GError **error)
{
    wtap_rec *rec = &source->record.rec;
    guint interface = 0;
    int err = 0;
    g_autofree char *err_info = NULL;

    if (rec->rec_type != REC_TYPE_PACKET) {
        return true; /* nothing is found in what is no packet */
    }
    if (!map_interface(evidence, source, &interface, error)) {
        return false;
    }
    rec->rec_header.packet_header.interface_id = interface;
    rec->presence_flags |= WTAP_HAS_INTERFACE_ID;
    rec->presence_flags &= ~(guint32)WTAP_HAS_SECTION_NUMBER; /* there is but one */
    rec->section_number = 0;
    if (!rec->block) {
        rec->block = wtap_block_create(WTAP_BLOCK_PACKET);
    }
    add_comments(rec->block, source);
    rec->block_was_modified = true;
    if (krr_dump_record(evidence->dumper, &source->record, &err, &err_info)) {
        return true;
    }
    return fail(error, evidence->path, wtap_strerror(err), err_info);
}

static bool write_records(EvidenceFile *evidence, GError **error)
{
    EvidenceSource *source;

    while ((source = earliest(evidence))) {
        if (!write_record(evidence, source, error) || !advance(source, evidence->plan, error)) {
            return false;
        }
    }
    return true;
}

/* Who made the file, and of what. */
static wtap_block_t describe_section(const GPtrArray *captures)
{
    wtap_block_t block = wtap_block_create(WTAP_BLOCK_SECTION);
    GString *text = g_string_new("Frames that prove the findings of an audit.");

    for (guint i = 0; i < captures->len; i++) {
        const Capture *capture = g_ptr_array_index(captures, i);
        g_autofree char *path = text_safe(capture->path, TEXT_MAX_WORD);

        if (text->len > EVIDENCE_MAX_COMMENT) {
            g_string_append_printf(text, "\nand %u more", captures->len - i);
            break;
        }
        g_string_append_printf(text, "\nfrom %s, sha256 %s", path,
                               capture->result.sha256 ? capture->result.sha256 : "not known");
    }
    wtap_block_add_string_option(block, OPT_COMMENT, text->str, text->len);
    wtap_block_add_string_option(block, OPT_SHB_USERAPPL, "krraudit " KRR_VERSION,
                                 strlen("krraudit " KRR_VERSION));
    g_string_free(text, TRUE);
    return block;
}

static void secrets_free(GArray *secrets)
{
    wtap_block_array_free(secrets);
    found_secrets = NULL;
}

/* Begins the file. Wiretap would invent an interface if it got none, so it gets that of the first
 * frame; each other interface is added with its first frame. */
static bool open_dumper(EvidenceFile *evidence, int fd, GArray *sections, GError **error)
{
    g_autoptr(GArray) interfaces = g_array_new(FALSE, FALSE, sizeof(wtap_block_t));
    wtapng_iface_descriptions_t descriptions = {.interface_data = interfaces};
    EvidenceSource *first = earliest(evidence);
    int err = 0;
    g_autofree char *err_info = NULL;
    wtap_dump_params params = {
        .encap = first ? WTAP_ENCAP_PER_PACKET : WTAP_ENCAP_ETHERNET,
        .tsprec = WTAP_TSPREC_NSEC,
        .shb_hdrs = sections,
        .dsbs_growing = evidence->secrets,
    };

    if (first) {
        gint64 key = interface_key(first);
        wtap_block_t block = describe_key(first, key);

        number_interface(evidence, first, key);
        g_array_append_val(interfaces, block);
        params.idb_inf = &descriptions;
    }
    evidence->dumper = krr_dump_open(fd, wtap_pcapng_file_type_subtype(), &params, &err, &err_info);
    if (first) {
        wtap_block_unref(g_array_index(interfaces, wtap_block_t, 0)); /* the dumper has a copy */
    }
    return evidence->dumper || fail(error, evidence->path, wtap_strerror(err), err_info);
}

static bool close_dumper(EvidenceFile *evidence, GError **error)
{
    int err = 0;
    g_autofree char *err_info = NULL;

    return wtap_dump_close(evidence->dumper, NULL, &err, &err_info) ||
           fail(error, evidence->path, wtap_strerror(err), err_info);
}

static bool open_sources(EvidenceFile *evidence, const GPtrArray *captures, GError **error)
{
    for (guint i = 0; i < captures->len; i++) {
        if (!source_open(evidence, g_ptr_array_index(captures, i), error)) {
            return false;
        }
    }
    return true;
}

/* @param fd  of a new file; it is closed whatever happens */
static bool write_file(EvidenceFile *evidence, int fd, const GPtrArray *captures, GError **error)
{
    wtap_block_t section = describe_section(captures);
    GArray *sections = g_array_new(FALSE, FALSE, sizeof(wtap_block_t));
    bool written;

    g_array_append_val(sections, section);
    written = open_sources(evidence, captures, error) && open_dumper(evidence, fd, sections, error);
    if (evidence->dumper) {
        written = write_records(evidence, error);
        /* What went wrong first is what is told. */
        written = close_dumper(evidence, written ? error : NULL) && written;
    } else {
        close(fd); /* unless that was done already */
    }
    wtap_block_array_free(sections);
    return written;
}

bool evidence_write(OutputFile *file, const EvidencePlan *plan, const GPtrArray *captures,
                    GError **error)
{
    const char *path = output_file_path(file);
    int fd = fcntl(output_file_descriptor(file), F_DUPFD_CLOEXEC, 0);
    EvidenceFile evidence = {.plan = plan, .path = path};
    int trouble;
    bool written;

    if (fd < 0) {
        return fail(error, path, g_strerror(errno), NULL);
    }
    evidence.sources = g_ptr_array_new_with_free_func(source_free);
    evidence.secrets = g_array_new(FALSE, FALSE, sizeof(wtap_block_t));
    found_secrets = evidence.secrets;
    written = write_file(&evidence, fd, captures, error);
    g_ptr_array_unref(evidence.sources);
    secrets_free(evidence.secrets);
    if (!written) {
        return false;
    }
    trouble = output_file_end(file);
    return !trouble || fail(error, path, g_strerror(trouble), NULL);
}

/* Do two paths lead to one file, which need not be there yet? */
static bool same_file(const char *a, const char *b)
{
    g_autofree char *first = output_file_target(a);
    g_autofree char *second = output_file_target(b);
    g_autofree char *first_name = g_canonicalize_filename(first, NULL);
    g_autofree char *second_name = g_canonicalize_filename(second, NULL);

    return strcmp(first_name, second_name) == 0;
}

bool evidence_check(const char *path, const char *report, const char *const *inputs, GError **error)
{
    struct stat status;

    if (!output_file_check(path, inputs, error)) {
        return false;
    }
    if (report && same_file(path, report)) {
        return fail(error, path, "the report goes there", NULL);
    }
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
        return fail(error, path, "it is no regular file", NULL);
    }
    return true;
}
