#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A time in an XML document that was indented for reading: line ends and blanks stand around it, inside its element.
#
# One would guess: that is still an xs:dateTime, as an xs:anyURI written so is an xs:anyURI; or if blanks matter to
# a validator, then for both.
# What happens: both types have blanks around them taken away before anything is compared, which no schema can
# change. Xerces and Python's xmlschema do so. libxml2 does so for the URI and calls the time invalid. So a document
# that was only indented anew can be valid to its maker and invalid to its reader.
# Source: XML Schema part 2, 3.2.7 and 4.3.6 (whiteSpace is collapse, and fixed, for dateTime); libxml2's
# xmlschemastypes.c, xmlSchemaValAtomicType() and xmlSchemaValidateDates().
. "$(dirname "$0")/kit/kit.sh"
fetch libxml2-utils=2.9.14+dfsg-1.3~deb12u6 libxml2=2.9.14+dfsg-1.3~deb12u6 \
    libxerces-c-samples=3.2.4+debian-1 libxerces-c3.2=3.2.4+debian-1 python3-xmlschema=1.10.0-6

cat >"$work/schema.xsd" <<'END'
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:element name="time" type="xs:dateTime"/>
  <xs:element name="uri" type="xs:anyURI"/>
</xs:schema>
END
cd "$work"

verdict() {
    "$@" >log 2>&1 && ! grep -qi error log && echo valid || echo invalid
}
look() {
    printf '<%s xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xsi:noNamespaceSchemaLocation="schema.xsd">%b</%s>' "$2" "$3" "$2" >document.xml
    same "$1" "libxml2 $(verdict fetched xmllint --noout --schema schema.xsd document.xml), Xerces $(
        verdict fetched DOMCount -v=always -n -s -f document.xml), xmlschema $(
        PYTHONPATH=$root/usr/lib/python3/dist-packages verdict /usr/bin/python3 -c '
import xmlschema
xmlschema.XMLSchema("schema.xsd").validate("document.xml")')" "$4"
}
look "a time" time "2026-01-01T00:00:00Z" "libxml2 valid, Xerces valid, xmlschema valid"
look "a time that is none" time "2026-01-32T00:00:00Z" "libxml2 invalid, Xerces invalid, xmlschema invalid"
look "a time on a line of its own" time '\n  2026-01-01T00:00:00Z\n' \
    "libxml2 invalid, Xerces valid, xmlschema valid"
look "a URI on a line of its own" uri '\n  kms.example.org\n' "libxml2 valid, Xerces valid, xmlschema valid"
finish
