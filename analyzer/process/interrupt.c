/* interrupt.c
 * Ctrl-C and its like: the run ends in good order, its private files removed
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/process/interrupt.h"

#include <signal.h>
#include <stddef.h>

/* A signal handler is given nothing but the signal: what it notes must be static. */
static volatile sig_atomic_t noted;

static void note(int signal_number)
{
    noted = signal_number;
}

void interrupt_catch(void)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = note, .sa_flags = (int)SA_RESETHAND};

    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        struct sigaction present;

        /* What was started with nohup or in the background keeps ignoring. */
        if (sigaction(signals[i], NULL, &present) == 0 && present.sa_handler != SIG_IGN) {
            sigaction(signals[i], &action, NULL);
        }
    }
}

bool interrupt_seen(void)
{
    return noted != 0;
}

void interrupt_pass_on(void)
{
    if (noted) {
        signal(noted, SIG_DFL);
        raise(noted);
    }
}
