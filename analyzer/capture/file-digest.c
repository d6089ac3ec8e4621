/* file-digest.c
 * The SHA-256 of a file, taken while the file is used
 *
 * The thread knows its file and nothing else: libwireshark, which is for one thread alone, starts
 * and goes on in the other. It looks at nothing of the environment, which is changed meanwhile.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/capture/file-digest.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "analyzer/process/interrupt.h"
#include "core/octets/hex.h"

#define PIECE_OCTETS (256 * 1024)

#define NO_COPY (-1)

struct FileDigest {
    int in;
    int out; /* or NO_COPY */
    EVP_MD_CTX *context;
    char *sha256;
    const char *what; /* went wrong; NULL: nothing */
    int reason;       /* errno; 0: none */
    atomic_bool cancelled;
    GThread *thread; /* NULL: none, or done */
};

/* The first thing that went wrong is the one that counts. */
static bool fail(FileDigest *digest, const char *what, int reason)
{
    if (!digest->what) {
        digest->what = what;
        digest->reason = reason;
    }
    return false;
}

static bool write_all(int fd, const guint8 *octets, size_t length)
{
    while (length) {
        ssize_t written = write(fd, octets, length);

        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            return false;
        }
        octets += written;
        length -= (size_t)written;
    }
    return true;
}

static bool digest_all(FileDigest *digest)
{
    g_autofree guint8 *buffer = g_malloc(PIECE_OCTETS);
    bool empty = true;

    for (;;) {
        ssize_t length = read(digest->in, buffer, PIECE_OCTETS);

        if (interrupt_seen() || atomic_load_explicit(&digest->cancelled, memory_order_relaxed)) {
            return fail(digest, "interrupted", 0);
        }
        if (length < 0 && errno == EINTR) {
            continue;
        }
        if (length < 0) {
            return fail(digest, "", errno);
        }
        if (length == 0) {
            return !empty || fail(digest, "it is empty", 0); /* some format takes even that */
        }
        empty = false;
        if (!EVP_DigestUpdate(digest->context, buffer, (size_t)length)) {
            return fail(digest, "libcrypto does not digest it", 0);
        }
        if (digest->out != NO_COPY && !write_all(digest->out, buffer, (size_t)length)) {
            return fail(digest, "it cannot be copied: ", errno);
        }
    }
}

static gpointer run(gpointer data)
{
    FileDigest *digest = data;
    guint8 octets[EVP_MAX_MD_SIZE];
    guint length;

    if (digest->what) {
        return NULL;
    }
    if (digest_all(digest) && EVP_DigestFinal_ex(digest->context, octets, &length)) {
        digest->sha256 = hex_encode(octets, length);
    } else {
        fail(digest, "libcrypto does not digest it", 0);
    }
    return NULL;
}

static FileDigest *digest_new(int in, int out)
{
    FileDigest *digest = g_new0(FileDigest, 1);

    digest->in = in;
    digest->out = out;
    digest->context = EVP_MD_CTX_new();
    /* Not in the thread: libcrypto reads the environment when it starts, and this thread changes
     * it. */
    if (!digest->context || !EVP_DigestInit_ex(digest->context, EVP_sha256(), NULL)) {
        fail(digest, "libcrypto has no SHA-256", 0);
    }
    return digest;
}

FileDigest *file_digest_begin(int fd)
{
    FileDigest *digest = digest_new(fd, NO_COPY);
    sigset_t all, before;

    /* Signals must wake the thread that called this from its reads and writes, so the new thread
     * gets none. */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    digest->thread = g_thread_try_new("digest", run, digest, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!digest->thread) {
        run(digest); /* then one after the other */
    }
    return digest;
}

char *file_digest_end(FileDigest *digest, char **why)
{
    char *sha256;

    if (digest->thread) {
        g_thread_join(digest->thread);
    }
    sha256 = digest->sha256;
    *why = NULL;
    if (digest->what) {
        *why = g_strconcat(digest->what, digest->reason ? g_strerror(digest->reason) : NULL, NULL);
    }
    EVP_MD_CTX_free(digest->context);
    g_free(digest);
    return sha256;
}

void file_digest_cancel(FileDigest *digest)
{
    g_autofree char *why = NULL;

    if (!digest) {
        return;
    }
    atomic_store_explicit(&digest->cancelled, true, memory_order_relaxed);
    g_free(file_digest_end(digest, &why));
}

char *file_digest_copy(int in, int out, char **why)
{
    FileDigest *digest = digest_new(in, out);

    run(digest);
    return file_digest_end(digest, why);
}
