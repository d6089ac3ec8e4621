#!/bin/sh
# make-pki.sh - makes the certificates, keys and revocation list of the tests, beside this script
#
# Everything is for tests alone. The dates are fixed; the keys are new each time, so whatever was
# signed with the old ones has to be signed again (sign.sh).
#
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
cd "$(dirname "$0")"

from=20250101000000Z
until=20351231235959Z
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The two authorities and the one beneath the first, each with its index in a folder of its own.
authority() { # NAME COMMON-NAME
    mkdir "$work/$1"
    : > "$work/$1/index.txt"
    : > "$work/$1/index.txt.attr"
    echo 1000 > "$work/$1/serial"
    echo 01 > "$work/$1/crlnumber"
    openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$work/$1/key.pem"
    cat > "$work/$1/ca.cnf" <<EOF
[ca]
default_ca = this
[this]
dir = $work/$1
database = \$dir/index.txt
serial = \$dir/serial
crlnumber = \$dir/crlnumber
new_certs_dir = \$dir
certificate = $1.pem
private_key = \$dir/key.pem
default_md = sha256
policy = any
unique_subject = no
copy_extensions = copy
x509_extensions = leaf
[any]
organizationName = optional
commonName = supplied
[leaf]
basicConstraints = critical,CA:FALSE
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[req]
distinguished_name = none
prompt = no
[none]
EOF
    openssl req -new -config "$work/$1/ca.cnf" -key "$work/$1/key.pem" -subj "/O=KRR test/CN=$2" \
        -out "$work/$1/request.pem"
}

root() { # NAME COMMON-NAME
    authority "$1" "$2"
    openssl ca -batch -notext -selfsign -config "$work/$1/ca.cnf" -keyfile "$work/$1/key.pem" \
        -extensions authority -startdate $from -enddate $until -in "$work/$1/request.pem" \
        -out "$1.pem" 2> "$work/log" || { cat "$work/log" >&2; exit 1; }
}

issue() { # AUTHORITY NAME EXTENSIONS-SECTION REQUEST [FROM UNTIL]
    openssl ca -batch -notext -config "$work/$1/ca.cnf" -extensions "$3" \
        -startdate "${5:-$from}" -enddate "${6:-$until}" -in "$4" -out "$2.pem" 2> "$work/log" ||
        { cat "$work/log" >&2; exit 1; }
}

# A creator of KRRs: a key and a certificate that names the URI, or without one the common name.
creator() { # AUTHORITY NAME URI|- KEY-OPTIONS USAGE [FROM UNTIL]
    # shellcheck disable=SC2086 # the options are words
    openssl genpkey $4 -out "$2.key" 2> "$work/log" || { cat "$work/log" >&2; exit 1; }
    common_name=$2
    names="-addext subjectAltName=URI:$3"
    if [ "$3" = - ]; then
        common_name=sip:is-proxy@partner.example.org
        names=
    fi
    # shellcheck disable=SC2086
    openssl req -new -config "$work/$1/ca.cnf" -key "$2.key" -subj "/O=KRR test/CN=$common_name" \
        $names -addext "keyUsage=critical,$5" -out "$work/request.pem"
    issue "$1" "$2" leaf "$work/request.pem" "${6:-}" "${7:-}"
}

p256='-algorithm EC -pkeyopt ec_paramgen_curve:P-256'
is_proxy=sip:is-proxy@partner.example.org

root ca 'Test root'
root stranger-ca 'Somebody else'
authority issuer 'Test issuer'
issue ca issuer authority "$work/issuer/request.pem"

creator ca is-proxy $is_proxy "$p256" digitalSignature
creator ca outbound-proxy sip:outbound-proxy@home.example.org "$p256" digitalSignature
creator ca bob sip:bob@partner.example.org "$p256" digitalSignature
creator issuer chained $is_proxy "$p256" digitalSignature
creator stranger-ca stranger $is_proxy "$p256" digitalSignature
creator ca expired $is_proxy "$p256" digitalSignature 20240101000000Z 20250630000000Z
creator ca short-lived $is_proxy "$p256" digitalSignature 20250101000000Z 20260101115930Z
creator ca revoked $is_proxy "$p256" digitalSignature
creator ca wrong-usage $is_proxy "$p256" keyAgreement
creator ca common-name - "$p256" digitalSignature
creator ca other-domain sip:is-proxy@elsewhere.example.com "$p256" digitalSignature
creator ca rsa $is_proxy '-algorithm RSA -pkeyopt rsa_keygen_bits:2048' digitalSignature
creator ca rsa-1024 $is_proxy '-algorithm RSA -pkeyopt rsa_keygen_bits:1024' digitalSignature
creator ca p384 $is_proxy '-algorithm EC -pkeyopt ec_paramgen_curve:P-384' digitalSignature
creator ca p224 $is_proxy '-algorithm EC -pkeyopt ec_paramgen_curve:P-224' digitalSignature

# Revoked a month before the time of the test captures; the list is newer than they are.
openssl ca -config "$work/ca/ca.cnf" -keyfile "$work/ca/key.pem" -revoke revoked.pem 2> /dev/null
sed -i 's/^\(R\t[0-9]*Z\t\)[0-9]*Z/\1251201000000Z/' "$work/ca/index.txt"
openssl ca -config "$work/ca/ca.cnf" -keyfile "$work/ca/key.pem" -gencrl \
    -crl_lastupdate 20260201000000Z -crl_nextupdate $until -out crl.pem 2> /dev/null
