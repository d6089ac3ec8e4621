#!/bin/sh
# sign.sh - makes the signed KRRs of the tests with xmlsec1, which is nothing of ours
#
# sign.sh [FOLDER]     where to; ../signed by default
#
# The values of ECDSA signatures are new each time, what the documents show is not.
#
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
pki=$(cd "$(dirname "$0")" && pwd)
out=${1:-$pki/../signed}
mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

krr_namespace=urn:3gpp:ns:mcsecKMSKRR:1.0
dsig=http://www.w3.org/2000/09/xmldsig#
more=http://www.w3.org/2001/04/xmldsig-more#
enc=http://www.w3.org/2001/04/xmlenc#
c14n=http://www.w3.org/TR/2001/REC-xml-c14n-20010315
exclusive=http://www.w3.org/2001/10/xml-exc-c14n#

# xmlsec1 1.3 takes a key only where KeyInfo names it, unless it is told not to; 1.2 never asks.
lax=
if xmlsec1 --help-sign 2>&1 | grep -q -e --lax-key-search; then
    lax=--lax-key-search
fi

# What a document is made of; each document may set some of these anew.
defaults() {
    id=krr-1
    time=2026-01-01T12:00:00.010Z
    creator=sip:is-proxy@partner.example.org
    receiver_list='<KmsUri>kms.partner.example.org</KmsUri><KmsUri>kms.other.example.org</KmsUri>'
    method=${more}ecdsa-sha256
    digest=${enc}sha256
    canonical=$c14n
    uri='#krr-1'
    transforms="<ds:Transform Algorithm=\"${dsig}enveloped-signature\"/><ds:Transform Algorithm=\"$c14n\"/>"
    more_references=
    key_info='<ds:X509Data/>'
    embedded=
    signature_namespace=" xmlns:ds=\"$dsig\""
    root_namespaces=
}

fields() {
    cat <<EOF
  <Time>$time</Time>
  <CreatorUri>$creator</CreatorUri>
  <InitiatorUri>sip:alice@home.example.org</InitiatorUri>
  <ReceiverUri>sip:bob@partner.example.org</ReceiverUri>
  <InitiatorKmsUri>kms.home.example.org</InitiatorKmsUri>
  <ReceiverKmsUri>kms.home.example.org</ReceiverKmsUri>
  <InitiatorKmsList><Any/></InitiatorKmsList>
  <ReceiverKmsList Id="list-of-$id">$receiver_list</ReceiverKmsList>
$embedded
EOF
}

# A signature that waits to be filled in.
signature() {
    cat <<EOF
  <ds:Signature$signature_namespace>
    <ds:SignedInfo>
      <ds:CanonicalizationMethod Algorithm="$canonical"/>
      <ds:SignatureMethod Algorithm="$method"/>
      <ds:Reference URI="$uri">
        <ds:Transforms>$transforms</ds:Transforms>
        <ds:DigestMethod Algorithm="$digest"/>
        <ds:DigestValue/>
      </ds:Reference>
$more_references
    </ds:SignedInfo>
    <ds:SignatureValue/>
    <ds:KeyInfo>$key_info</ds:KeyInfo>
  </ds:Signature>
EOF
}

krr() {
    printf '<KmsRedirectResponse xmlns="%s"%s Id="%s" Version="1.0">\n' "$krr_namespace" \
        "$root_namespaces" "$id"
    fields
    [ "${1:-}" = unsigned ] || signature
    printf '</KmsRedirectResponse>\n'
}

# The document of a template, signed.
sign() { # NAME KEY TEMPLATE [CERTIFICATE...]
    name=$1 key=$2 template=$3
    shift 3
    certificates=$pki/$key.pem
    for certificate; do certificates=$certificates,$pki/$certificate.pem; done
    xmlsec1 --sign $lax --id-attr:Id KmsRedirectResponse --id-attr:Id ReceiverKmsList \
        --id-attr:Id SignedKmsRedirectResponse --node-xpath "/*/*[local-name()='Signature'][last()]" \
        --privkey-pem "$pki/$key.key,$certificates" --output "$out/$name.xml" "$template" 2> \
        "$work/log" || { echo "sign.sh: $name" >&2; cat "$work/log" >&2; exit 1; }
}

make() { # NAME KEY [CERTIFICATE...]
    krr > "$work/$1.xml"
    name=$1 key=$2
    shift 2
    sign "$name" "$key" "$work/$name.xml" "$@"
}

# What an embedded document loses: the XML declaration, and with "bare" the namespaces that are in
# scope already where it is put.
embed() { # NAME [bare]
    sed '/^<?xml/d' "$out/$1.xml" > "$work/embed"
    if [ "${2:-}" = bare ]; then
        sed -i "s| xmlns=\"$krr_namespace\"||; s| xmlns:ds=\"$dsig\"||" "$work/embed"
    fi
    embedded=$(cat "$work/embed")
}

# Who signs, and with what.
defaults; make valid is-proxy
defaults; uri=; make whole-document is-proxy
defaults; make chained chained issuer
defaults; make stranger stranger
defaults; make expired expired
defaults; time=2026-01-01T11:59:00Z; make short-lived short-lived
defaults; make revoked revoked
defaults; make wrong-usage wrong-usage
defaults; make common-name common-name
defaults; make not-creator outbound-proxy
defaults; creator=sip:is-proxy@elsewhere.example.com; make other-domain other-domain
defaults; time=yesterday; make no-time is-proxy

# Outside the profile, and weak.
defaults; method=${more}rsa-sha256; make rsa rsa
defaults; method=${more}rsa-sha256; make rsa-1024 rsa-1024
defaults; method=${more}ecdsa-sha384; make ecdsa-sha384 p384
defaults; make p384 p384
defaults; make p224 p224
defaults; canonical=$exclusive
transforms="<ds:Transform Algorithm=\"${dsig}enveloped-signature\"/><ds:Transform Algorithm=\"$exclusive\"/>"
make exclusive is-proxy
defaults; digest=${dsig}sha1; make sha1-digest is-proxy
# Debian's xmlsec1 knows no MD5 since 1.2.41: the document of the repository is taken along then.
defaults; digest=${more}md5
if xmlsec1 list-transforms 2>/dev/null | grep -q '"md5"'; then
    make md5-digest is-proxy
elif [ "$out" != "$pki/../signed" ]; then
    cp "$pki/../signed/md5-digest.xml" "$out"
fi
defaults; method=${more}ecdsa-sha1; make ecdsa-sha1 is-proxy
defaults; method=${dsig}rsa-sha1; make rsa-sha1 rsa
defaults; method=${dsig}hmac-sha1; key_info='<ds:KeyName>shared</ds:KeyName>'
krr > "$work/hmac.xml"
printf 'a secret that two know' > "$work/secret"
xmlsec1 --sign $lax --id-attr:Id KmsRedirectResponse --hmackey:shared "$work/secret" \
    --output "$out/hmac.xml" "$work/hmac.xml"
defaults; method=${more}rsa-sha256; key_info='<ds:KeyValue/>'; make key-value rsa

# Covering something else.
defaults; uri='#list-of-krr-1'; make part is-proxy
defaults
more_references="<ds:Reference URI=\"#list-of-krr-1\"><ds:DigestMethod Algorithm=\"$digest\"/><ds:DigestValue/></ds:Reference>"
make two-references is-proxy
defaults
transforms="$transforms<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xpath-19991116\"><ds:XPath>not(ancestor-or-self::*[local-name()='ReceiverKmsList'])</ds:XPath></ds:Transform>"
make xpath is-proxy
defaults
transforms="$transforms<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xslt-19991116\"><xsl:stylesheet version=\"1.0\" xmlns:xsl=\"http://www.w3.org/1999/XSL/Transform\"><xsl:template match=\"/\"><nothing/></xsl:template></xsl:stylesheet></ds:Transform>"
make xslt is-proxy
defaults; uri='#xpointer(/)'; make xpointer is-proxy

# A second signature, over the first.
defaults
{
    sed '1d; $d' "$out/valid.xml"
    signature
    printf '</KmsRedirectResponse>\n'
} > "$work/two-signatures.xml"
sign two-signatures outbound-proxy "$work/two-signatures.xml"

# The signature beside the KRR, in a wrapper that both share.
wrapped() { # NAME URI
    defaults
    uri=$2
    {
        printf '<SignedKmsRedirectResponse xmlns="%s" Id="wrapper">\n' "$krr_namespace"
        krr unsigned
        signature
        printf '</SignedKmsRedirectResponse>\n'
    } > "$work/$1.xml"
    sign "$1" is-proxy "$work/$1.xml"
}
wrapped wrapped '#krr-1'
wrapped wrapped-whole ''

# Three deep, each signed by its creator before the next embeds it; verbatim, and without the
# namespaces that are in scope where it is put. The first then declared "ds" where it is used, the
# second on its root: nothing in the third tells which.
chain() { # PREFIX [bare]
    defaults
    id=krr-a time=2026-01-01T12:00:00.010Z creator=sip:bob@partner.example.org uri='#krr-a'
    receiver_list="$receiver_list<KmsUri>kms.other2.example.org</KmsUri>"
    make "$1-1" bob
    defaults
    embed "$1-1" "${2:-}"
    id=krr-b time=2026-01-01T12:00:00.020Z uri=
    [ -z "${2:-}" ] || declare_on_root
    make "$1-2" is-proxy
    defaults
    embed "$1-2" "${2:-}"
    id=krr-c time=2026-01-01T12:00:00.030Z creator=sip:outbound-proxy@home.example.org uri='#krr-c'
    receiver_list='<KmsUri>kms.partner.example.org</KmsUri>'
    if [ -n "${2:-}" ]; then
        declare_on_root
        root_namespaces="$root_namespaces xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"a b\""
    fi
    make "$1-3" outbound-proxy
}
declare_on_root() {
    root_namespaces=" xmlns:ds=\"$dsig\""
    signature_namespace=
}
chain nested
chain bare bare

# What somebody changed on the way, on the wire and inside another KRR.
sed 's/kms.other.example.org/kms.other2.example.org/' "$out/valid.xml" > "$out/tampered.xml"
sed 's/00.020Z/00.021Z/' "$out/nested-3.xml" > "$out/tampered-inside.xml"

# What was signed is put aside for something that was not.
{
    printf '<KmsRedirectResponse xmlns="%s" Id="krr-2" Version="1.0">\n' "$krr_namespace"
    defaults
    receiver_list='<KmsUri>kms.north.example.org</KmsUri>'
    id=krr-2
    fields
    sed -n '/<ds:Signature /,/<\/ds:Signature>/p' "$out/exclusive.xml"
    printf '<Attic>'
    # Its signature leaves behind the white space around it.
    sed '1d; /<ds:Signature /,/<\/ds:Signature>/ { /<\/ds:Signature>/!d; s/.*/  / }' \
        "$out/exclusive.xml"
    printf '</Attic></KmsRedirectResponse>\n'
} > "$out/moved-aside.xml"
