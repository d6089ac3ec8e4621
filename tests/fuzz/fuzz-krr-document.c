/* fuzz-krr-document.c
 * A fuzz target: octets to a KRR document with its signatures verified, and all that must hold for
 * what comes out
 *
 * With libFuzzer (clang), from the folder of the project; a corpus of KRRs helps (tests/signed):
 *
 *   CC=clang CFLAGS=-fsanitize=fuzzer-no-link cmake -B build-fuzz -DKRR_SANITIZE=ON
 *   cmake --build build-fuzz --target krr-core
 *   clang -g -fsanitize=fuzzer,address,undefined -Iplugin \
 *       $(pkg-config --cflags glib-2.0 libxml-2.0 xmlsec1-openssl) tests/fuzz/fuzz-krr-document.c \
 *       build-fuzz/libkrr-core.a $(pkg-config --libs gio-2.0 libxml-2.0 libcrypto xmlsec1-openssl) \
 *       -o build-fuzz/fuzz-krr-document
 *   build-fuzz/fuzz-krr-document -max_len=65536 CORPUS
 *
 * With KRR_FUZZ_STANDALONE defined, without libFuzzer and with any compiler, it is a program that
 * reads the files named on its command line, or standard input: for AFL, and to look at what was
 * found.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stddef.h>
#include <stdint.h>

#include "core/document/krr-document-reader.h"
#include "core/signature/krr-signature.h"
#include "tests/support/krr-walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

/* Nobody is trusted, so nothing may be valid. */
static void verify(KrrDocument *document)
{
    static KrrTrust *nobody;

    nobody = nobody ? nobody : krr_trust_new(NULL, NULL);
    krr_signature_verify(document, nobody);
    for (guint i = 0; i < document->krrs->len; i++) {
        const KrrSignature *signature = &((const Krr *)document->krrs->pdata[i])->signature;
        g_assert_true(signature->present == (signature->verdict.status != KRR_SIGNATURE_ABSENT));
        g_assert_cmpint(signature->verdict.status, !=, KRR_SIGNATURE_VALID);
        g_assert_true(signature->present == (signature->verdict.reason != NULL));
        walk_text(signature->verdict.reason);
        walk_text(signature->verdict.signer);
        walk_text(signature->verdict.grade_reason);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
    g_autoptr(KrrDocument) document = krr_document_parse(octets, length, krr_vocabulary_default());
    g_autoptr(KrrDocument) again = krr_document_parse(octets, length, krr_vocabulary_default());

    walk_document(document, length);
    verify(document);
    verify(again);
    /* The same octets say the same, always. */
    g_assert_cmpstr(document->body_digest, ==, again->body_digest);
    g_assert_cmpstr(document->error, ==, again->error);
    g_assert_cmpuint(document->krrs->len, ==, again->krrs->len);
    for (guint i = 0; i < document->krrs->len; i++) {
        g_assert_cmpstr(((const Krr *)document->krrs->pdata[i])->digest, ==,
                        ((const Krr *)again->krrs->pdata[i])->digest);
    }
    return 0;
}

#ifdef KRR_FUZZ_STANDALONE

#include <stdio.h>

static GByteArray *read_all(FILE *file)
{
    GByteArray *octets = g_byte_array_new();
    guint8 block[4096];
    size_t length;

    while ((length = fread(block, 1, sizeof block, file)) > 0) {
        g_byte_array_append(octets, block, (guint)length);
    }
    return octets;
}

static bool run(const char *path, FILE *file)
{
    if (file == NULL) {
        perror(path);
        return false;
    }
    g_autoptr(GByteArray) octets = read_all(file);
    fclose(file);
    LLVMFuzzerTestOneInput(octets->data, octets->len);
    return true;
}

int main(int argc, char **argv)
{
    bool all_read = true;

    if (argc == 1) {
        return run("standard input", stdin) ? 0 : 1;
    }
    for (int i = 1; i < argc; i++) {
        all_read &= run(argv[i], fopen(argv[i], "rb"));
    }
    return all_read ? 0 : 1;
}

#endif
