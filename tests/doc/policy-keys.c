/* policy-keys.c
 * Prints the groups and keys that the policy file may hold, as the parser has them
 *
 * A line a key: group, key, default and choices, with tabs between. Empty: there is no default, the
 * value is not one of a few words. RULE stands for the name of any rule.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>

#include "core/policy/kms-policy-grammar.h"

int main(void)
{
    for (guint i = 0; i < kms_n_keys; i++) {
        const KmsKeyRule *key = &kms_keys[i];
        const char *const *choices = kms_type_choices(key->type);
        g_autofree char *words = choices ? g_strjoinv(" ", (char **)choices) : NULL;

        printf("%s\t%s\t%s\t%s\n", kms_groups[key->group].name, key->name ? key->name : "RULE",
               key->otherwise ? key->otherwise : "", words ? words : "");
    }
    return 0;
}
