/* main.c
 * krraudit, the program
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <locale.h>

#include "analyzer/run.h"

int main(int argc, char **argv)
{
    /* Nothing but the character set: numbers and messages are the same everywhere. */
    setlocale(LC_CTYPE, "");
    return krraudit_run(argc, argv);
}
