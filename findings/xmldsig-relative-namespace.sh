#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A document whose namespace name is a relative reference, xmlns="krr". Namespaces in XML allows it and calls it
# deprecated; parsers read it.
#
# One would guess: a name of a namespace is a text that is compared, and a signature over it is like any other.
# What happens: xmlsec1 refuses to sign or verify it; libxml2, which has read it with a mere warning, ends with an
# error when it is to write the canonical form. xml-crypto signs and verifies it, and XML-Security-C canonicalises it. So a document can
# be valid to its maker and its receiver, and be no signed document at all to whoever checks with xmlsec1: not
# "invalid", but an error.
# Source: Canonical XML 1.0, 1.3: implementations must report a failure for relative namespace URIs; libxml2's c14n.c,
# xmlC14NHasRelNamespaces(). The other two do not look.
. "$(dirname "$0")/kit/kit.sh"
. "$here/xmldsig.sh"
fetch $XMLSEC $XERCES libxml2-utils=2.9.14+dfsg-1.3~deb12u6
fetch_npm $XML_CRYPTO

printf '<r xmlns="krr"><a>1</a></r>' >"$work/relative.xml"
printf '<r xmlns="urn:krr"><a>1</a></r>' >"$work/absolute.xml"
for name in absolute relative; do
    sign_npm $name.xml $name.signed.xml
done
status() {
    "$@" >"$work/log" 2>&1 && echo yes || echo no
}
same "libxml2 reads it" "$(status fetched xmllint --noout "$work/relative.xml")" yes
same "libxml2 canonicalises it" "$(status fetched xmllint --exc-c14n "$work/relative.xml")" no
same "XML-Security-C canonicalises it" "$(status fetched xsec-c14n "$work/relative.xml")" yes
same "signed by xml-crypto, absolute: xml-crypto, xmlsec1" \
    "$(verdict_npm absolute.signed.xml), $(verdict_xmlsec absolute.signed.xml)" "valid, valid"
same "signed by xml-crypto, relative: xml-crypto, xmlsec1" \
    "$(verdict_npm relative.signed.xml), $(verdict_xmlsec relative.signed.xml)" "valid, refused"
finish
