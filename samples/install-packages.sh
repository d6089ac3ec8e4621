#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Installs those of the named Debian packages that are missing; says what it does. Of "optional:PACKAGE"
# only what this release of Debian has.
#
# usage: install-packages.sh [optional:]PACKAGE...
set -eu

is_installed() {
    status=$(dpkg-query -W -f='${db:Status-Abbrev}' "$1" 2>/dev/null || true)
    [ "$status" = "ii " ]
}

missing=
optional=
for word in "$@"; do
    package=${word#optional:}
    if is_installed "$package"; then
        continue
    elif [ "$package" = "$word" ]; then
        missing="$missing $package"
    else
        optional="$optional $package"
    fi
done

updated=
as_root=
if [ "$(id -u)" != 0 ]; then
    as_root=sudo
fi
if [ -n "$missing" ]; then
    [ -z "$as_root" ] || command -v sudo >/dev/null || {
        echo "These packages are missing, and only root can install them. As root:" >&2
        echo "  apt-get install$missing" >&2
        exit 2
    }
    $as_root apt-get update -qq
    updated=yes
fi
for package in $optional; do
    if ! apt-cache show --no-all-versions "$package" >/dev/null 2>&1; then
        echo "This release does not have $package; what needs it is skipped."
    elif [ -n "$as_root" ] && ! command -v sudo >/dev/null; then
        echo "Only root can install $package; what needs it is skipped."
    else
        missing="$missing $package"
    fi
done
[ -n "$missing" ] || exit 0

echo "Installing:$missing"
[ -n "$updated" ] || $as_root apt-get update -qq
# shellcheck disable=SC2086 # a list of words
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing \
    >/dev/null
