# SPDX-License-Identifier: GPL-2.0-or-later
# What the findings about XML signatures share; read after kit.sh.
#
#   template FILE TEXT [TRANSFORM]  writes TEXT, in which SIGNATURE becomes an empty enveloped signature over the
#                                   whole document; TRANSFORM names its canonicalisation, exc-c14n if it is left out
#   sign_xmlsec IN OUT, sign_npm IN OUT                 sign it; IN has a template, or none for npm
#   verdict_xmlsec FILE, verdict_npm, verdict_xerces    "valid" or "invalid", or "refused" if there is an error
XMLSEC="xmlsec1=1.2.37-2 libxmlsec1=1.2.37-2 libxmlsec1-openssl=1.2.37-2 libxml2=2.9.14+dfsg-1.3~deb12u6"
XERCES="xml-security-c-utils=2.0.4-2 libxml-security-c20=2.0.4-2 libxerces-c3.2=3.2.4+debian-1"
XML_CRYPTO="xml-crypto@6.1.2"
EXCLUSIVE=http://www.w3.org/2001/10/xml-exc-c14n#
INCLUSIVE=http://www.w3.org/TR/2001/REC-xml-c14n-20010315

openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$work/key.pem" 2>"$work/log"
openssl pkey -in "$work/key.pem" -pubout -out "$work/public.pem"

template() {
    signature="<Signature xmlns='http://www.w3.org/2000/09/xmldsig#'><SignedInfo>"
    signature="$signature<CanonicalizationMethod Algorithm='${3:-$EXCLUSIVE}'/>"
    signature="$signature<SignatureMethod Algorithm='http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'/>"
    signature="$signature<Reference URI=''><Transforms>"
    signature="$signature<Transform Algorithm='http://www.w3.org/2000/09/xmldsig#enveloped-signature'/>"
    signature="$signature<Transform Algorithm='${3:-$EXCLUSIVE}'/></Transforms>"
    signature="$signature<DigestMethod Algorithm='http://www.w3.org/2001/04/xmlenc#sha256'/><DigestValue/>"
    signature="$signature</Reference></SignedInfo><SignatureValue/><KeyInfo><KeyValue/></KeyInfo></Signature>"
    printf '%s' "${2%SIGNATURE*}$signature${2#*SIGNATURE}" >"$work/$1"
}

sign_xmlsec() {
    fetched xmlsec1 --sign --privkey-pem "$work/key.pem" --output "$work/$2" "$work/$1" 2>"$work/log"
}

verdict_xmlsec() {
    if fetched xmlsec1 --verify --pubkey-pem "$work/public.pem" "$work/$1" >"$work/log" 2>&1; then
        echo valid
    else
        grep -q '^FAIL' "$work/log" && ! grep -q 'C14N error' "$work/log" && echo invalid || echo refused
    fi
}

verdict_xerces() {
    status=0
    fetched xsec-checksig "$work/$1" >"$work/log" 2>&1 || status=$?
    echo "valid invalid refused" | cut -d ' ' -f $((status + 1))
}

cat >"$work/sign.js" <<'END'
const { SignedXml } = require("xml-crypto"), fs = require("fs");
const [, , from, to] = process.argv, exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
const signed = new SignedXml({
  privateKey: fs.readFileSync("key.pem"), canonicalizationAlgorithm: exclusive,
  signatureAlgorithm: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256" });
signed.addReference({
  xpath: "/*", uri: "", isEmptyUri: true, digestAlgorithm: "http://www.w3.org/2001/04/xmlenc#sha256",
  transforms: ["http://www.w3.org/2000/09/xmldsig#enveloped-signature", exclusive] });
signed.computeSignature(fs.readFileSync(from, "utf8"));
fs.writeFileSync(to, signed.getSignedXml());
END
cat >"$work/verify.js" <<'END'
const { SignedXml } = require("xml-crypto"), { DOMParser } = require("@xmldom/xmldom"), fs = require("fs");
const text = fs.readFileSync(process.argv[2], "utf8");
const space = "http://www.w3.org/2000/09/xmldsig#";
const signature = new DOMParser().parseFromString(text, "text/xml").getElementsByTagNameNS(space, "Signature")[0];
const signed = new SignedXml({ publicCert: fs.readFileSync("public.pem"), getCertFromKeyInfo: () => null });
let verdict = "invalid";
try {
  signed.loadSignature(signature);
  verdict = signed.checkSignature(text) ? "valid" : "invalid";
} catch (error) {
  verdict = /^invalid signature/.test(error.message) ? "invalid" : "refused";
}
console.log(verdict);
END
sign_npm() {
    (cd "$work" && node sign.js "$1" "$2")
}
verdict_npm() {
    (cd "$work" && node verify.js "$1" 2>>log)
}
