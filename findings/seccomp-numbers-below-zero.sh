#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A seccomp filter that permits openat() only relative to the working folder: its first argument must be AT_FDCWD,
# which is -100. libseccomp compares arguments as unsigned numbers of 64 bits, so -100 is 0xffffffffffffff9c.
#
# One would guess: open("file") of the C library is openat(AT_FDCWD, "file"), strace says so, and is permitted.
# What happens: it is refused. The argument is an int, of which the kernel reads 32 bits and a compiler sets 32 bits
# of the register: the other half is zero, and 0xffffff9c is another number. The same call by syscall(), whose
# arguments are long, passes; so a program is refused or not by how it was compiled. Who compares with 0xffffff9c
# finds it the other way round.
# Source: seccomp_rule_add(3), on comparing 32 bits (SCMP_A0_32() and others exist for that); seccomp(2): args of
# struct seccomp_data are registers; System V's binary interface for AMD64, 3.2.3.
. "$(dirname "$0")/kit/kit.sh"
[ "$(uname -m)" = x86_64 ] || cannot "registers are others' here"
fetch python3-seccomp=2.5.4-1+deb12u1 libseccomp2=2.5.4-1+deb12u1

cat >"$work/look.py" <<'END'
import ctypes
import errno
import os
import sys

import seccomp

OPENAT, AT_FDCWD = 257, -100
wanted = int(sys.argv[1], 16)
syscall = ctypes.CDLL(None, use_errno=True).syscall
rules = seccomp.SyscallFilter(seccomp.ALLOW)
rules.add_rule(seccomp.ERRNO(errno.EDOM), "openat", seccomp.Arg(0, seccomp.NE, wanted))
try:
    rules.load()
except OSError:
    sys.exit(77)
try:
    os.open("/dev/null", os.O_RDONLY)
    print("open() permitted")
except OSError as error:
    print("open() refused" if error.errno == errno.EDOM else error)
result = syscall(ctypes.c_long(OPENAT), ctypes.c_long(AT_FDCWD), b"/dev/null", ctypes.c_long(os.O_RDONLY))
print("syscall()", "permitted" if result >= 0 else "refused" if ctypes.get_errno() == errno.EDOM else "?")
END
look() {
    PYTHONPATH=$root/usr/lib/python3/dist-packages LD_LIBRARY_PATH=$lib /usr/bin/python3 "$work/look.py" "$1" ||
        [ $? -ne 77 ] || cannot "no seccomp filters here"
}
same "64 bits, 0xffffffffffffff9c" "$(look ffffffffffffff9c)" "open() refused syscall() permitted"
same "32 bits, 0x00000000ffffff9c" "$(look ffffff9c)" "open() permitted syscall() refused"
finish
