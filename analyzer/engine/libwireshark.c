/* libwireshark.c
 * libwireshark in this process: started cleanly, once
 *
 * The order of the calls is that of sharkd and tshark, and it matters; where one must stand before
 * another, a comment says why.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/engine/libwireshark.h"

#include <unistd.h>

#include "plugin/wireshark-compat.h"

#include <epan/addr_resolv.h>
#include <epan/timestamp.h>
#include <wsutil/privileges.h>

#include "analyzer/engine/heuristics.h"
#include "analyzer/engine/process-policies.h"
#include "analyzer/process/complain.h"
#include "analyzer/process/private-directory.h"
#include "plugin/protocols.h"

/* libwireshark is one for the whole process, hence the static. */
static struct {
    enum { LIBWIRESHARK_UNUSED, LIBWIRESHARK_RUNS, LIBWIRESHARK_ENDED } state;
    char *directory; /* of its configuration: private and empty */
    pid_t owner;     /* the process that made the directory */
} libwireshark;

/* ---- what it complains about ---- */

/* libwireshark may complain of every frame: only the first complaints are passed on, a line each.
 * Its routines take no data of ours, hence the static counter. */
#define MAX_COMPLAINTS 20

static void pass_on(const char *format, va_list arguments)
{
    static guint complaints;

    if (complaints++ < MAX_COMPLAINTS) {
        complain_valist(format, arguments);
    }
}

static void pass_on_text(const char *format, ...) G_GNUC_PRINTF(1, 2);

static void pass_on_text(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    pass_on(format, arguments);
    va_end(arguments);
}

static void pass_on_open(const char *path, int err, krr_wsbool for_writing)
{
    (void)for_writing;
    pass_on_text("%s: %s", path, g_strerror(err));
}

static void pass_on_file(const char *path, int err)
{
    pass_on_text("%s: %s", path, g_strerror(err));
}

/* Captures are opened and read by capture.c, which tells more. */
static void pass_on_capture(const char *path, int err, char *err_info)
{
    pass_on_text("%s: %s", path, wtap_strerror(err));
    g_free(err_info);
}

static void pass_on_dump_open(const char *path, int err, char *err_info, int file_type)
{
    (void)file_type;
    pass_on_capture(path, err, err_info);
}

static void pass_on_dump_write(const char *in, const char *out, int err, char *err_info,
                               krr_report_framenum number, int file_type)
{
    (void)in;
    (void)number;
    (void)file_type;
    pass_on_capture(out, err, err_info);
}

static const struct report_message_routines complaint_routines = {
    .vreport_failure = pass_on,
    .vreport_warning = pass_on,
    .report_open_failure = pass_on_open,
    .report_read_failure = pass_on_file,
    .report_write_failure = pass_on_file,
    .report_cfile_open_failure = pass_on_capture,
    .report_cfile_dump_open_failure = pass_on_dump_open,
    .report_cfile_read_failure = pass_on_capture,
    .report_cfile_write_failure = pass_on_dump_write,
    .report_cfile_close_failure = pass_on_capture,
};

/* ---- its start ---- */

/* Wireshark obeys WIRESHARK_* variables, and looks for Lua scripts in the user's home and in the
 * plugin folder even where it loads no plugins. So home and plugin folder are set to an empty
 * directory. The data folder is, too: its dictionaries and tables of names take half of the time of
 * a start, and an audit has no use for them. */
static void close_environment(const char *directory)
{
    g_auto(GStrv) names = g_listenv();

    for (char **name = names; *name; name++) {
        if (g_str_has_prefix(*name, "WIRESHARK_")) {
            g_unsetenv(*name);
        }
    }
    g_setenv("WIRESHARK_PLUGIN_DIR", directory, TRUE);
    g_setenv("WIRESHARK_DATA_DIR", directory, TRUE);
    g_setenv("HOME", directory, TRUE);
}

static bool start(const char *directory, GError **error)
{
    g_autofree char *trouble = NULL;

    close_environment(directory);
    krr_log_init("krraudit", pass_on); /* first: what follows writes to the log */
    /* Its log would tell of the end of memory, too, and in two lines. */
    g_log_set_handler("GLib", G_LOG_LEVEL_ERROR | G_LOG_FLAG_FATAL | G_LOG_FLAG_RECURSION,
                      complain_of_glib, NULL);
    ws_log_set_level(LOG_LEVEL_ERROR); /* dissectors warn about frames, without end */
    process_policies_init();
    relinquish_special_privs_perm();
    trouble = krr_configuration_init("krraudit");
    if (trouble) {
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "Wireshark's files: %s", trouble);
        return false;
    }
    set_persconffile_dir(directory);
    init_report_message("krraudit", &complaint_routines);
    timestamp_set_type(TS_UTC);
    timestamp_set_precision(TS_PREC_AUTO);
    timestamp_set_seconds_type(TS_SECONDS_DEFAULT);
    wtap_init(false); /* before epan, whose dissectors ask for its file types */

    /* epan_init() registers what is told here. It loads no plugins, so an installed krr.so stays
     * out. */
    krr_protocols_announce(KRR_PROTOCOLS_DISSECTORS);
    libwireshark.state = LIBWIRESHARK_RUNS;
    if (!epan_init(NULL, NULL, false)) {
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "libwireshark does not start");
        return false;
    }
    epan_load_settings();
    heuristics_restrict();
    disable_name_resolution();
    return true;
}

bool libwireshark_start(GError **error)
{
    if (libwireshark.state == LIBWIRESHARK_RUNS) {
        return true;
    }
    if (libwireshark.state == LIBWIRESHARK_ENDED) {
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "libwireshark starts only once");
        return false;
    }
    libwireshark.directory = private_directory_new("krraudit-", error);
    libwireshark.owner = getpid();
    if (libwireshark.directory) {
        const int before = private_directory_enter(libwireshark.directory);
        const bool started = start(libwireshark.directory, error);
        private_directory_leave(before);
        if (started) {
            return true;
        }
    }
    libwireshark_stop();
    return false;
}

const char *libwireshark_directory(void)
{
    return libwireshark.directory;
}

void libwireshark_stop(void)
{
    bool owned = libwireshark.owner == getpid();

    /* A process that was forked shares what the start has made: to free it would copy it first. */
    if (libwireshark.state == LIBWIRESHARK_RUNS && owned) {
        epan_cleanup();
        wtap_cleanup();
        free_progdirs();
    }
    libwireshark.state = LIBWIRESHARK_ENDED;
    if (libwireshark.directory && owned) {
        private_directory_remove(libwireshark.directory);
    }
    g_clear_pointer(&libwireshark.directory, g_free);
}
