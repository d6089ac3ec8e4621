#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A signed document with an internal DTD that declares a default value of an attribute, and one with an entity.
#
# One would guess: a program that does not validate ignores the DTD; or it heeds it wholly.
# What happens: canonical form has defaults in it and entities put in their places, and a parser must do both for
# an internal DTD even if it does not validate. xmlsec1 does neither: it signs the document without the default,
# and XML-Security-C, whose parser adds it, calls that signature broken; with an entity in the text it cannot sign at
# all. Yet of an attribute that the DTD declares as NMTOKENS both remove the blanks before they sign. And xmllint, on
# top of the same libxml2, puts in both when it canonicalises: so what "xmllint --exc-c14n" prints is not what
# xmlsec1 digests.
# Source: Canonical XML 1.0, 2.1 (data model); XML 1.0, 5.1; xmlsec1's parser.c, which reads without XML_PARSE_NOENT
# and XML_PARSE_DTDATTR; xmllint.c sets both for its canonical forms.
. "$(dirname "$0")/kit/kit.sh"
. "$here/xmldsig.sh"
fetch $XMLSEC $XERCES libxml2-utils=2.9.14+dfsg-1.3~deb12u6

document='<r xmlns="urn:example:r"><a>1</a>SIGNATURE</r>'
template tokens.xml '<!DOCTYPE r [<!ATTLIST a t NMTOKENS #IMPLIED>]><r><a t="  1  2 ">1</a>SIGNATURE</r>'
template default.xml "<!DOCTYPE r [<!ATTLIST a t CDATA 'v'>]>$document"
template entity.xml '<!DOCTYPE r [<!ENTITY e "1">]><r xmlns="urn:example:r"><a>&e;</a>SIGNATURE</r>'

look() {
    if sign_xmlsec $1.xml $1.signed.xml; then
        echo "xmlsec1 $(verdict_xmlsec $1.signed.xml), XML-Security-C $(verdict_xerces $1.signed.xml)"
    else
        echo "xmlsec1 cannot"
    fi
}
canonical() {
    fetched xmllint --exc-c14n "$work/$1.xml" | sed -n 's/.*\(<a.*<\/a>\).*/\1/p'
}
same "an attribute of tokens, signed" "$(look tokens)" "xmlsec1 valid, XML-Security-C valid"
same "an attribute by default, signed" "$(look default)" "xmlsec1 valid, XML-Security-C invalid"
same "an entity, signed" "$(look entity)" "xmlsec1 cannot"
same "xmllint's canonical form: default" "$(canonical default)" '<a t="v">1</a>'
same "xmllint's canonical form: entity" "$(canonical entity)" '<a>1</a>'
finish
