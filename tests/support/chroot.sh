# SPDX-License-Identifier: GPL-2.0-or-later
# Bare chroots of Debian's releases, for scripts that source this. Needs root and mmdebstrap.

# What is made stays below $chroots, which the script removes.
mirror=${KRR_MIRROR:-http://deb.debian.org/debian}

can_make_chroots() {
    [ "$(id -u)" = 0 ] && command -v mmdebstrap >/dev/null && unshare --mount true 2>/dev/null
}

# make_chroot RELEASE FOLDER [PACKAGE...]: a system as small as it gets, with these packages
make_chroot() {
    release=$1 folder=$2
    shift 2
    # Mirrors of unstable may lag behind the date until which their lists are valid.
    mmdebstrap --quiet --variant=minbase --components=main \
        --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Retries "3"' \
        --include="$(echo ca-certificates "$@" | tr ' ' ',')" "$release" "$folder" "$mirror" \
        >"$folder.log" 2>&1
}

# in_chroot FOLDER COMMAND: as root there; whatever it mounts goes with it
in_chroot() {
    # shellcheck disable=SC2016 # expanded in there
    unshare --mount --pid --fork sh -c '
        mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && mount -t sysfs sysfs "$1/sys" &&
            exec chroot "$1" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
                TERM=dumb DEBIAN_FRONTEND=noninteractive ${3:+KRR_TESTS="$3"} sh -c "$2"
    ' - "$1" "$2" "${KRR_TESTS:-}"
}

# put_source FOLDER: what is committed or about to be, below /src there
put_source() {
    mkdir -p "$1/src"
    git -C "$source" ls-files -z --cached --others --exclude-standard |
        tar -C "$source" --null --files-from=- -cf - | tar -C "$1/src" --no-same-owner -xf -
}
