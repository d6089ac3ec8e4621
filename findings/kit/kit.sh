# SPDX-License-Identifier: GPL-2.0-or-later
# What the findings share; each reads it first. Makes the folder $work, which goes when the script ends.
#
#   fetch NAME=VERSION...      unpacks these Debian packages, and what they need and this machine lacks
#   fetch_tshark [NAME=VERSION...]  the same for tshark with its libraries, and more
#   fetch_npm NAME@VERSION...  unpacks these packages of npm, without running their scripts
#   make_captures < PYTHON     runs this with all of packets.py at hand, in $work
#   tshark, unprivileged       the fetched tshark with no plugin but its own; any command, not as root
#   alone COMMAND...           in a network of its own, in which there is only the loopback
#   same WHAT SEEN EXPECTED    compares, and remembers what differs
#   finish                     tells whether all was as written down: exit status 0 or 1
#
# Exit status 77: the packages, or a network of one's own, cannot be had here.
set -eu
unset LD_LIBRARY_PATH PYTHONPATH
export LC_ALL=C TZ=UTC0

here=$(cd "$(dirname "$0")/kit" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
chmod 777 "$work"
export HOME="$work"
wrong=0

cannot() {
    echo "SKIPPED: $*"
    exit 77
}

fetch() {
    mkdir -p "$work/debs" "$work/root"
    chmod 777 "$work/debs"
    plan=$(apt-get -s -o Debug::NoLocking=1 --no-install-recommends install "$@" 2>&1) ||
        cannot "$plan"
    missing=$(printf '%s\n' "$plan" | sed -n 's/^Inst \([^ ]*\) .*(\([^ ]*\) .*/\1=\2/p')
    (cd "$work/debs" && apt-get -qq download $(printf '%s\n' "$@" $missing | sort -u) >log 2>&1) ||
        cannot "$(cat "$work/debs/log")"
    for file in "$work"/debs/*.deb; do
        dpkg -x "$file" "$work/root"
    done
    rm -r "$work/debs"
    root=$work/root
    lib=$root/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)
    printf 'with %s\n' "$@"
}

# Each library by its version too: one of another version would be the one that is looked at.
fetch_tshark() {
    version=4.0.17-0+deb12u3
    fetch tshark=$version wireshark-common=$version libwireshark16=$version libwiretap13=$version \
        libwsutil14=$version "$@"
}

fetch_npm() {
    (cd "$work" && npm install --silent --no-audit --no-fund --ignore-scripts "$@" >log 2>&1) ||
        cannot "$(cat "$work/log")"
    printf 'with %s\n' "$@"
}

# Runs a program of the fetched packages with their libraries, and leaves all others with the system's.
fetched() {
    program=$1
    shift
    for folder in "$root/usr/bin" "$root/usr/sbin"; do
        [ ! -x "$folder/$program" ] || program=$folder/$program
    done
    LD_LIBRARY_PATH=$lib "$program" "$@"
}

make_captures() {
    (cd "$work" && { echo 'from packets import *'; cat; } | PYTHONPATH=$here PYTHONDONTWRITEBYTECODE=1 \
        python3 -)
}

unprivileged() {
    if [ "$(id -u)" -eq 0 ]; then
        set -- setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
    fi
    (cd "$work" && "$@")
}

tshark() {
    unprivileged env LD_LIBRARY_PATH="$lib" WIRESHARK_PLUGIN_DIR="$work/none" \
        WIRESHARK_CONFIG_DIR="$work/none" "$root/usr/bin/tshark" -n "$@" 2>>"$work/tshark.log"
}

alone() {
    if unshare --net true 2>/dev/null; then
        space="unshare --net"
    elif unshare --user --map-root-user --net true 2>/dev/null; then
        space="unshare --user --map-root-user --net"
    else
        cannot "no network of one's own"
    fi
    $space sh -ec 'ip link set lo up; exec "$@"' sh "$@"
}

# Several lines are shown as one.
same() {
    seen=$(printf '%s' "$2" | tr '\n\t' '  ')
    printf '%-58s %s\n' "$1:" "${seen:--}"
    [ "$seen" = "$3" ] || {
        printf '%-58s %s\n' "    CHANGED; it was" "${3:--}"
        wrong=$((wrong + 1))
    }
}

finish() {
    [ "$wrong" -eq 0 ] || {
        echo "$wrong of these are not as written down"
        exit 1
    }
    echo "as written down"
    exit 0
}
