#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A signed XML document with a processing instruction before its root element, such as <?xml-stylesheet ...?>. Its
# signature is enveloped and its reference is URI="", the form in which whole documents are signed.
#
# One would guess: what is signed is the root element with what is in it.
# What happens: URI="" means the document, and canonicalisation keeps instructions outside the root, but no
# comments there. So xmlsec1 and Apache's XML-Security-C sign the instruction too. xml-crypto for Node.js takes the
# root element alone. Each calls the other's signature over such a document broken, and its own valid; without the
# instruction they agree.
# Source: XML Signature 4.4.3.2 and 4.4.3.3 (same-document references), Canonical XML 1.0, 2.3 (instruction nodes);
# xml-crypto's README: references are found by XPath for elements.
. "$(dirname "$0")/kit/kit.sh"
. "$here/xmldsig.sh"
fetch $XMLSEC $XERCES
fetch_npm $XML_CRYPTO

verdicts() {
    echo "xmlsec1 $(verdict_xmlsec "$1"), XML-Security-C $(verdict_xerces "$1"), xml-crypto $(verdict_npm "$1")"
}
template plain.xml '<r xmlns="urn:example:r"><a>1</a>SIGNATURE</r>'
template instruction.xml '<?show as="page"?><r xmlns="urn:example:r"><a>1</a>SIGNATURE</r>'
for name in plain instruction; do
    sign_xmlsec $name.xml $name.signed.xml
done
same "signed by xmlsec1" "$(verdicts plain.signed.xml)" "xmlsec1 valid, XML-Security-C valid, xml-crypto valid"
same "signed by xmlsec1, with an instruction" "$(verdicts instruction.signed.xml)" \
    "xmlsec1 valid, XML-Security-C valid, xml-crypto invalid"

printf '<?show as="page"?><r xmlns="urn:example:r"><a>1</a></r>' >"$work/npm.xml"
sign_npm npm.xml npm.signed.xml
same "signed by xml-crypto, with an instruction: xmlsec1" "$(verdict_xmlsec npm.signed.xml)" invalid
same "signed by xml-crypto, with an instruction: xml-crypto" "$(verdict_npm npm.signed.xml)" valid
finish
