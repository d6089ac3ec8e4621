#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A document whose root says xml:lang="en", signed with Canonical XML 1.0, the inclusive one.
#
# One would guess: what counts is the canonical form of what is signed. The root's attributes are in it once, and
# SignedInfo, which has no attribute of its own, is signed as it stands.
# What happens: SignedInfo is canonicalised as a piece of the document, and inclusive canonicalisation gives such a
# piece the xml: attributes of all that is around it: <SignedInfo ... xml:lang="en"> is what the key signs, in
# xmlsec1 and XML-Security-C. xml-crypto signs it without. Their signatures over such a document do not verify at
# each other's; with exclusive canonicalisation, or without xml:lang, they do. Nothing that is said in the
# document has changed, and the digest of the reference is right in both cases.
# Source: Canonical XML 1.0, 2.4 (document subsets: attributes in the XML namespace are imported from ancestors);
# XML-exclusive canonicalisation 1.0, 1 and 3.
. "$(dirname "$0")/kit/kit.sh"
. "$here/xmldsig.sh"
fetch $XMLSEC $XERCES
fetch_npm $XML_CRYPTO

look() {
    template in.xml "$2" "$3"
    sign_xmlsec in.xml out.xml
    same "$1" "xmlsec1 $(verdict_xmlsec out.xml), XML-Security-C $(verdict_xerces out.xml), xml-crypto $(
        verdict_npm out.xml)" "$4"
}
language='<r xmlns="urn:example:r" xml:lang="en"><a>1</a>SIGNATURE</r>'
look "inclusive, no xml:lang" '<r xmlns="urn:example:r"><a>1</a>SIGNATURE</r>' "$INCLUSIVE" \
    "xmlsec1 valid, XML-Security-C valid, xml-crypto valid"
look "inclusive, xml:lang" "$language" "$INCLUSIVE" "xmlsec1 valid, XML-Security-C valid, xml-crypto invalid"
look "exclusive, xml:lang" "$language" "$EXCLUSIVE" "xmlsec1 valid, XML-Security-C valid, xml-crypto valid"
finish
