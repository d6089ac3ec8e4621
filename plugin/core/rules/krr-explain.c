/* krr-explain.c
 * Every rule of the catalogue for people who do not know the specification
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/rules/krr-explain.h"

/* clang-format off */
const KrrExplanation krr_explanations[KRR_N_RULES] = {
    [KRR_RULE_MALFORMED_KRR] = {
        .meaning =
            "A message body says that it is a KMS Redirect Response, but no KRR can be read "
            "from it: it is not well-formed XML, declares a DOCTYPE, is beyond a stated limit, "
            "or its root is something else.",
        .fraud =
            "Two readers may make two different things of a document that only one of them "
            "rejects. A crafted body can be meant for the device alone, or be an attempt to "
            "break whatever parses it.",
        .innocent =
            "A faulty implementation, a body that a server on the way rewrote or cut, or a "
            "wrong media type on some other document.",
        .next =
            "Read the body in Wireshark. Look whether the same sender's other KRRs are sound, "
            "and whether the device acted on this one: is there a new offer right behind it?",
    },
    [KRR_RULE_MISSING_FIELD] = {
        .meaning =
            "A KRR names its type, time, creator, both identities, both KMSs that were offered "
            "and two lists; all but the signature are required. One of them is absent.",
        .fraud =
            "What is absent cannot be compared with the offer or with other KRRs. Leaving out "
            "the time or the creator hides a replay or an author.",
        .innocent =
            "An implementation that uses other element names: these are reported as "
            "unrecognised. A vocabulary file makes them known.",
        .next =
            "See whether unrecognised-element names what is missing. If so, write a vocabulary "
            "for the deployment and audit again; if not, ask for the creator's software.",
    },
    [KRR_RULE_BAD_TIME] = {
        .meaning =
            "The time of the KRR is not written as a date and time (xsd:dateTime), so that "
            "nobody can tell when it was made.",
        .fraud =
            "A KRR without a usable time can be replayed at any time without being noticed.",
        .innocent =
            "A vendor's own date format, or a clock that was never set.",
        .next =
            "Compare with other KRRs of the same creator. If only this one is odd, look for a "
            "replay: the same lists in an older KRR.",
    },
    [KRR_RULE_UNRECOGNISED_ELEMENT] = {
        .meaning =
            "The KRR holds an element, an attribute or a second copy of one that the vocabulary "
            "does not know. It was not read.",
        .fraud =
            "A second list, or a list under another name, may be what the device reads while "
            "the audit reads the first.",
        .innocent =
            "Extensions of a vendor, or a deployment with other element names.",
        .next =
            "Read the element in Wireshark. If all KRRs of the deployment have it, put it into "
            "a vocabulary file.",
    },
    [KRR_RULE_UNSIGNED_KRR] = {
        .meaning =
            "The KRR carries no signature. One is recommended, and the Home KMS may require it.",
        .fraud =
            "Nothing proves who made this KRR: any server on the path could have written it in "
            "another's name, or changed it.",
        .innocent =
            "Signatures are optional; many deployments have none at all.",
        .next =
            "See whether other KRRs of the same creator are signed. If they are, treat this one "
            "as forged until the creator confirms it.",
    },
    [KRR_RULE_SIGNATURE_INVALID] = {
        .meaning =
            "The KRR is signed, but the digest or the signature value does not fit its text.",
        .fraud =
            "The text was changed after it was signed, or the signature was copied from "
            "something else.",
        .innocent =
            "A server that reformats XML on the way breaks signatures without changing any "
            "value; so does a faulty signer.",
        .next =
            "Look for the same KRR on an earlier hop: if it verifies there, whoever stands "
            "between changed it. Compare the lists of both.",
    },
    [KRR_RULE_SIGNATURE_PARTIAL] = {
        .meaning =
            "A signature verifies, but what it covers is not the entire KRR.",
        .fraud =
            "A classical way to forge signed XML: the signed part is genuine and the part that "
            "the device reads is not.",
        .innocent =
            "A signer that leaves out parts by mistake, such as embedded KRRs.",
        .next =
            "See in Wireshark which element the reference names. Everything outside of it, the "
            "lists first of all, is to be taken as unsigned.",
    },
    [KRR_RULE_SIGNATURE_UNTRUSTED] = {
        .meaning =
            "The signature verifies, but at the time of the KRR the signer's certificate does "
            "not lead to any certificate that the auditor trusts.",
        .fraud =
            "Anybody can make a certificate with any name in it. Whoever is not trusted proves "
            "only that the text was not changed since.",
        .innocent =
            "An anchor of a partner is missing from the policy, an intermediate certificate is "
            "not in the KRR, or the certificate had expired.",
        .next =
            "Get the certificate's issuer from the partner by another way than this network, "
            "and audit again with --trust-anchor.",
    },
    [KRR_RULE_SIGNATURE_WEAK] = {
        .meaning =
            "An algorithm or a key of the signature is outside of the profile for KRRs; the "
            "finding says whether it is weak or just unusual.",
        .fraud =
            "A weak digest or a short key can be forged with some effort; a signature by a "
            "shared secret can be made by everybody who knows it.",
        .innocent =
            "Old equipment, or a default of a library.",
        .next =
            "If it is weak, judge the KRR as if it were unsigned, and ask the signer to follow "
            "the profile.",
    },
    [KRR_RULE_SIGNER_NOT_CREATOR] = {
        .meaning =
            "The signature holds, but the certificate names somebody else than the creator that "
            "the KRR states.",
        .fraud =
            "Somebody with a genuine certificate speaks in another's name.",
        .innocent =
            "A certificate that names a host where the KRR has a SIP URI, or a gateway that "
            "signs for several functions.",
        .next =
            "Find out whose certificate it is and whether that party may speak for the creator. "
            "Look at its other KRRs.",
    },
    [KRR_RULE_UNKNOWN_KMS] = {
        .meaning =
            "A list offers a KMS that is neither home, secondary nor external for the user "
            "concerned. A device may only use KMSs that its Home KMS has provisioned.",
        .fraud =
            "Whoever runs a KMS can read the keys that are made for its users. An unknown KMS "
            "in a list is how a call is steered to an eavesdropper.",
        .innocent =
            "A partner's KMS that the policy file does not list yet; a creator that lists all "
            "KMSs of its domain, whoever asks.",
        .next =
            "Did the next offer use it? Then whoever runs it could read the key. Ask the "
            "partner whether the KMS is his; if so, add it to the policy.",
    },
    [KRR_RULE_LOOKALIKE_KMS] = {
        .meaning =
            "A KMS in the KRR is unknown, and its URI is easily taken for that of a known one: "
            "one character away, a letter of another script, a trailing dot, other letter case.",
        .fraud =
            "The plainest sign of an attack on a redirect: the name is made to pass a person's "
            "glance or a careless comparison, the keys go to somebody else.",
        .innocent =
            "A typing error in a configuration, or a server that changes letter case.",
        .next =
            "Look who put the name in: the first KRR of the chain that has it. Look whether the "
            "next offer uses it, and who registered the domain. Secure the evidence "
            "(--evidence).",
    },
    [KRR_RULE_EMPTY_LIST] = {
        .meaning =
            "A list is empty: no KMS is acceptable, and the communication must fail.",
        .fraud =
            "An empty list is a way to deny service to one user or to force people to talk "
            "without protection.",
        .innocent =
            "The policies of the two domains have nothing in common; that is what an empty list "
            "is for.",
        .next =
            "See which creator emptied the list, and from what. If the same two users succeeded "
            "before, ask that domain what has changed.",
    },
    [KRR_RULE_NOTHING_REJECTED] = {
        .meaning =
            "A server answered an offer with a KRR although the KRR's own lists allow the very "
            "pair of KMSs that was offered. There was no reason to reject it.",
        .fraud =
            "The user is made to choose again without a reason, perhaps until the choice suits "
            "somebody; it also keeps calls from being set up.",
        .innocent =
            "A server that states preferences, as only the receiver may, or whose list came "
            "from another state of the user.",
        .next =
            "See which pair was offered next and whose KMS it favours. Count the KRRs of that "
            "creator that reject nothing.",
    },
    [KRR_RULE_TOO_MANY_SUB_KRRS] = {
        .meaning =
            "A KRR that replaces another embeds it; five levels are recommended at most. This "
            "one has more than the policy allows.",
        .fraud =
            "Deep nesting strains parsers and hides an alteration among many copies.",
        .innocent =
            "A long path with many domains, or servers that wrap KRRs without a need (see "
            "needless-krr).",
        .next =
            "Read the chain of creators from the inside out. Does one of them occur twice? Does "
            "the path really have so many servers?",
    },
    [KRR_RULE_SUB_KRR_IDS_DIFFER] = {
        .meaning =
            "An embedded KRR speaks of another initiator, receiver or offered KMS than the one "
            "that embeds it. Both answer one offer, so they must agree.",
        .fraud =
            "A genuine, signed KRR of another call is used as a foundation to make a forged one "
            "look well-founded.",
        .innocent =
            "A server that mixed up two transactions, or spells identities in two ways.",
        .next =
            "Find the negotiation to which the embedded KRR belongs: its digest is in the "
            "report. When was it seen, and who could have kept it?",
    },
    [KRR_RULE_SUB_KRR_NEWER] = {
        .meaning =
            "An embedded KRR is dated after the one that embeds it, although it was there "
            "first.",
        .fraud =
            "The times of one of them are false: a KRR was made up later, or an old one is "
            "replayed around it.",
        .innocent =
            "Clocks of two servers that differ; the finding says by how much.",
        .next =
            "Compare with clock-skew of both creators on other calls. A constant difference is "
            "a clock; a single one is not.",
    },
    [KRR_RULE_LIST_WIDENED] = {
        .meaning =
            "Whoever replaces a KRR may only take KMSs out of a list. Here a list holds a KMS "
            "that the embedded KRR's list does not.",
        .fraud =
            "A server on the path added a KMS of its choice behind the back of the one that "
            "stated the list: the way to slip in a KMS that can read the keys.",
        .innocent =
            "A server that states its own domain's list instead of reducing the one it got.",
        .next =
            "Who is the creator of the outer KRR, and whose is the KMS that was added? Did the "
            "next offer use it? Is the outer KRR signed?",
    },
    [KRR_RULE_LIST_REORDERED] = {
        .meaning =
            "What is left of a list stands in another order than in the embedded KRR. The order "
            "states what is preferred.",
        .fraud =
            "The first KMS of a list is what a device mostly takes: changing the order steers "
            "it without adding anything.",
        .innocent =
            "Software that keeps KMSs in a set, sorted or not.",
        .next =
            "Is the KMS that came to the front one of the creator's own domain, and was it "
            "taken? Is the order always changed in the same way?",
    },
    [KRR_RULE_BOTH_LISTS_CHANGED] = {
        .meaning =
            "Each server may change one list only, depending on whose domain it stands in; the "
            "other stays as it was. Here both differ from the embedded KRR.",
        .fraud =
            "The creator decided for a user that is not of its domain.",
        .innocent =
            "Initiator and receiver belong to the same domain, and one server took two steps at "
            "once.",
        .next =
            "To which domain does the creator belong, to which do the two users? See what was "
            "removed from the list that it had no business with.",
    },
    [KRR_RULE_NEEDLESS_KRR] = {
        .meaning =
            "The KRR embeds another but changes neither of its lists: it could have been "
            "forwarded as it was.",
        .fraud =
            "It puts a new author and a new signature on somebody else's statement, and makes "
            "the nesting deeper.",
        .innocent =
            "A server that wraps every KRR; harmless by itself.",
        .next =
            "Check that the embedded KRR is really the one that came in (embedded-krr-altered).",
    },
    [KRR_RULE_WRONG_CARRIER] = {
        .meaning =
            "KRRs travel in SIP 488 answers, and in uploads to a KMS. This one was carried by "
            "something else.",
        .fraud =
            "A KRR that answers nothing can be pushed to a device by anybody who can send it a "
            "message.",
        .innocent =
            "A gateway that maps 488 to another status, or a deployment of an earlier version "
            "of the specification.",
        .next =
            "Did the device act on it? Where did the message come from: from the proxy that it "
            "always talks to?",
    },
    [KRR_RULE_CLOCK_SKEW] = {
        .meaning =
            "The time in the KRR is further from the time at which it was captured first than "
            "the policy allows.",
        .fraud =
            "An old KRR that is used again, or one that was made in advance.",
        .innocent =
            "A clock that is wrong, of the creator or of the capturing probe; a time written "
            "without its zone.",
        .next =
            "Look at other KRRs of that creator and at the time stamps of its offers. If just "
            "this one is off, look for an earlier sighting: krr-replayed.",
    },
    [KRR_RULE_UNSOLICITED_KRR] = {
        .meaning =
            "A KRR came as an answer although the requests of that hop were seen, and none "
            "carried an offer that it could answer.",
        .fraud =
            "A device that takes a KRR without having asked can be steered before it has "
            "offered anything.",
        .innocent =
            "An offer that the capture could not read, such as an encrypted body, or a request "
            "on another address than its answer.",
        .next =
            "Find out who sent the answer, and whether the device's next offer follows it.",
    },
    [KRR_RULE_IDS_DIFFER_FROM_OFFER] = {
        .meaning =
            "A KRR repeats the identities and KMSs of the offer that it answers. One of them is "
            "not what was offered.",
        .fraud =
            "A KRR made for somebody else, or one that claims that another KMS was offered, to "
            "justify a redirect.",
        .innocent =
            "Identities in another spelling (with and without a scheme or parameters), or a "
            "server that offers anew in its own name.",
        .next =
            "Compare offer and KRR side by side: the finding names both values. If it is a "
            "whole other call, look for where the KRR comes from.",
    },
    [KRR_RULE_WRONG_LIST_FOR_ROLE] = {
        .meaning =
            "Which list a proxy may restrict depends on where it stands and whose user is "
            "concerned (cases A to D); the other list it must leave at ANY. This one did "
            "otherwise.",
        .fraud =
            "The proxy decides for users of another domain: it can steer the initiator to KMSs "
            "that the initiator's own domain did not choose.",
        .innocent =
            "The policy file states another role or domain for the entity than it really has.",
        .next =
            "Check the entity's role in the policy. If it is right, ask the domain that runs "
            "the proxy on whose behalf it restricts that list.",
    },
    [KRR_RULE_RECEIVER_OMITS_OWN_KMS] = {
        .meaning =
            "The offer used a KMS that is the receiver's home or secondary one. The receiver's "
            "list must hold it at least, and does not.",
        .fraud =
            "The receiver, or somebody in its name, turns the initiator away from a KMS that "
            "was right.",
        .innocent =
            "The receiver's KMSs have changed since the policy file was written, or its keys "
            "there were revoked.",
        .next =
            "Which KMS is in the list instead, and whose is it? Is the KRR signed by the "
            "receiver?",
    },
    [KRR_RULE_RECEIVER_OMITS_INITIATOR_KMS] = {
        .meaning =
            "The initiator's KMS is one that the receiver knows as external. The initiator list "
            "must hold it at least, and does not.",
        .fraud =
            "The initiator is made to sign with a key of another KMS, such as one that a third "
            "party runs.",
        .innocent =
            "The receiver's list of external KMSs is older or newer than the policy file's.",
        .next =
            "What does the initiator list hold instead? Did the initiator follow it?",
    },
    [KRR_RULE_LIST_NOT_OF_DOMAIN] = {
        .meaning =
            "A list holds a KMS that the creator's own domain does not accept, by what the "
            "policy file says of that domain.",
        .fraud =
            "The domain would refuse what its own server proposes: the KRR may not be from "
            "there, or the server may be in somebody else's hands.",
        .innocent =
            "The domain accepts a KMS that the policy file does not list yet.",
        .next =
            "Ask the domain. Check the signature, and the address from which the KRR came.",
    },
    [KRR_RULE_OFFER_FORWARDED_AFTER_KRR] = {
        .meaning =
            "Whoever rejects an offer with a KRR drops it. Here the creator of the KRR also "
            "sent the offer on.",
        .fraud =
            "The receiver gets a key that the initiator believes rejected, and the initiator "
            "makes another: somebody has two.",
        .innocent =
            "A forking proxy, or a proxy with two roles whose legs look like one.",
        .next =
            "Follow the offer on the legs behind the creator: who answered it, and how?",
    },
    [KRR_RULE_KRR_NOT_FORWARDED] = {
        .meaning =
            "A KRR reached a server, and towards the initiator neither it nor one that embeds "
            "it left again. KRRs are to be forwarded.",
        .fraud =
            "Keeping back a KRR hides from the initiator that its choice was rejected, and from "
            "the auditor who said so.",
        .innocent =
            "The answer took a way that was not captured, the server gave up, or the initiator "
            "had cancelled.",
        .next =
            "See what the server answered instead. Get a capture of its other side.",
    },
    [KRR_RULE_RECEIVED_KRR_NOT_EMBEDDED] = {
        .meaning =
            "A server that replaces a KRR embeds the one it received. The one it sent embeds "
            "another, or none.",
        .fraud =
            "The initiator cannot see what the receiver really asked for: the server's word has "
            "taken the place of the receiver's.",
        .innocent =
            "A server that does not know how to embed, or that received the KRR after it had "
            "answered.",
        .next =
            "Compare the lists of both KRRs: what is gone, what is new, and whose KMSs are "
            "these?",
    },
    [KRR_RULE_EMBEDDED_KRR_ALTERED] = {
        .meaning =
            "A KRR claims to contain the one that was received: same creator, same time. But it "
            "is not the same as the one that was seen on the wire.",
        .fraud =
            "A server forged another's statement inside its own. Whoever reads the outer KRR "
            "believes that the receiver said so.",
        .innocent =
            "Software that reads and rewrites XML: the finding says so where the values are the "
            "same. Even that voids a signature.",
        .next =
            "The finding lists what changed. Secure both frames (--evidence), and ask the "
            "creator of the inner KRR what it sent.",
    },
    [KRR_RULE_COMPETING_KRRS] = {
        .meaning =
            "One request was answered by two different KRRs, from the server that was asked or "
            "from an address that claims its transaction.",
        .fraud =
            "A race: somebody on the path injects an answer before the genuine one arrives, or "
            "behind it.",
        .innocent =
            "A forking proxy that passes on the answers of several devices.",
        .next =
            "Which of the two came first, and on which did the device act? Compare addresses, "
            "TTLs and the link layer of both frames in Wireshark.",
    },
    [KRR_RULE_KRR_REPLAYED] = {
        .meaning =
            "One and the same KRR answers different offers. A KRR is made for one offer.",
        .fraud =
            "An old KRR, perhaps with a genuine signature, is used again to redirect a later "
            "call.",
        .innocent =
            "A server that caches its answers, or answers retries with what it said before.",
        .next =
            "Compare the KRR's time with both sightings. Who sent it the second time?",
    },
    [KRR_RULE_RETRY_OUTSIDE_LIST] = {
        .meaning =
            "After a KRR the initiator offered again, with a KMS that the KRR's lists do not "
            "allow.",
        .fraud =
            "The device did something else than it was told: it may follow another instruction "
            "that the capture does not show, or be in somebody's hands.",
        .innocent =
            "The retry is another call, or the device applies its own policy; a KRR that it "
            "received on another leg.",
        .next =
            "Which KMS did it use, and where could it have that from? Look at all answers that "
            "reached the device since the first offer.",
    },
    [KRR_RULE_RETRY_UNPROVISIONED_KMS] = {
        .meaning =
            "The next offer uses a KMS that the initiator was not provisioned with: as its own "
            "one that is neither home nor secondary, or for the receiver one that is none of "
            "its external KMSs.",
        .fraud =
            "The steering worked: a key went to a KMS that the Home KMS never approved, and "
            "whoever runs it can read it.",
        .innocent =
            "The KMS was provisioned after the policy file was written.",
        .next =
            "Treat the key as disclosed until the KMS is explained: what call was set up with "
            "it? Who named that KMS first?",
    },
    [KRR_RULE_RETRY_AFTER_EMPTY_LIST] = {
        .meaning =
            "A list of the KRR was empty: the communication must fail. The initiator offered "
            "again all the same.",
        .fraud =
            "Somebody gets around a domain that has refused.",
        .innocent =
            "A user who dials again by hand within the window.",
        .next =
            "Did the new offer go the same way, and was it accepted? By whom?",
    },
    [KRR_RULE_RETRY_SAME_PAIR] = {
        .meaning =
            "The next offer repeats the very pair of KMSs that was just not allowed.",
        .fraud =
            "The KRR did not take effect: the device ignores it, or never got it.",
        .innocent =
            "A user who tries once more; a device that does not know KRRs.",
        .next =
            "Did the KRR reach the device, on its own leg? Does it act on other KRRs?",
    },
    [KRR_RULE_RETRY_NOT_PREFERRED] = {
        .meaning =
            "The initiator chose a pair that is allowed, but neither its home KMS nor the first "
            "of the list that it may use.",
        .fraud =
            "A weak sign by itself. It tells of a device that is steered by something else than "
            "the list.",
        .innocent =
            "The specification allows for a local policy of the initiator.",
        .next =
            "Look whether other devices of the domain choose likewise.",
    },
    [KRR_RULE_REDIRECT_LOOP] = {
        .meaning =
            "A negotiation came back to a pair of KMSs that an earlier KRR of it had not "
            "allowed, after trying another one. Only an unbroken row of redirects counts: who was "
            "busy may be called anew.",
        .fraud =
            "Endless redirects deny service, and every round gives another chance to inject a "
            "KRR.",
        .innocent =
            "Two domains on the path whose policies exclude each other.",
        .next =
            "Which two creators contradict each other? Ask both for their lists for these "
            "users.",
    },
    [KRR_RULE_ACTED_ON_FORBIDDEN_KRR] = {
        .meaning =
            "The Home KMS has told its users to ignore KRRs, and this user offered anew as a "
            "KRR said.",
        .fraud =
            "The protection that the Home KMS ordered is not in effect on this device.",
        .innocent =
            "The policy was changed lately and has not reached the device, or the new offer has "
            "nothing to do with the KRR.",
        .next =
            "When was the policy provisioned? Do other devices of the same type obey it?",
    },
    [KRR_RULE_ACTED_ON_UNSIGNED_KRR] = {
        .meaning =
            "The Home KMS requires signed KRRs of this user, and the user acted on one without "
            "a signature.",
        .fraud =
            "Whoever is on the path could redirect this user, and perhaps did.",
        .innocent =
            "A device that does not know the requirement, or the new offer came about "
            "otherwise.",
        .next =
            "Which KMS did the new offer use? Is the creator's signature on its other KRRs?",
    },
    [KRR_RULE_ACTED_BEFORE_ACCEPTANCE] = {
        .meaning =
            "The Home KMS wants users to wait until it has accepted a redirect. The new offer "
            "went out before its answer.",
        .fraud =
            "The last check against a false redirect was skipped.",
        .innocent =
            "The KMS told the user by another way than its answer to the upload that it accepts, or "
            "the user took part of its traffic with the KMS over a path that was not captured.",
        .next =
            "Did the KMS accept it afterwards? Which KMS was used meanwhile?",
    },
    [KRR_RULE_KRR_NOT_REPORTED] = {
        .meaning =
            "Users are to upload the KRRs that they receive to their Home KMS. The capture "
            "shows traffic with it, but not this KRR.",
        .fraud =
            "The Home KMS looks for fraud in these reports; a KRR that is not reported is not "
            "looked at.",
        .innocent =
            "The upload came later than the capture ends, or over a path that was not captured. A "
            "capture that holds a connection to the KMS that cannot be read is not judged.",
        .next =
            "Ask the Home KMS whether it has the KRR, by its digest.",
    },
    [KRR_RULE_CERTIFICATE_NOT_REQUESTED] = {
        .meaning =
            "Users are to ask the Home KMS for the certificate of a KMS that they do not know. "
            "One was offered, and no request for it was seen.",
        .fraud =
            "Where did the user have the certificate from, if it used that KMS?",
        .innocent =
            "The certificate was provisioned earlier, or the request is not in the capture.",
        .next =
            "Did the user offer with that KMS? Ask the Home KMS what it has provisioned.",
    },
    [KRR_RULE_STEERED_TO_OWN_DOMAIN] = {
        .meaning =
            "A creator left only KMSs of its own domain for a user that is not of that domain. A "
            "receiver may do so for its own list, and for an initiator whose KMS it cannot do with.",
        .fraud =
            "The domain makes itself able to read the keys of somebody else's user.",
        .innocent =
            "A user who has migrated there, so that the KMS is one of his: the policy file can "
            "say so.",
        .next =
            "Is the user a guest of that domain? Was the KMS used? Compare with other users of "
            "the same home domain.",
    },
    [KRR_RULE_KRR_FLOOD] = {
        .meaning =
            "One creator made more than 20 distinct KRRs in ten seconds.",
        .fraud =
            "A flood denies service, fills what keeps KRRs for inspection, and hides one KRR "
            "among many.",
        .innocent =
            "A busy server that many users meet at once, after an outage or a change of its "
            "policy.",
        .next =
            "Are they for different users? Do the lists differ? Take out what is unlike the "
            "rest.",
    },
    [KRR_RULE_OFFER_SIGNATURE_INVALID] = {
        .meaning =
            "The offer is signed by its initiator with a key of the initiator's KMS. Under the "
            "known keys of that KMS the signature does not verify.",
        .fraud =
            "The offer is not from whom it names, or it was changed on the way: somebody takes "
            "part in a key exchange in another's name.",
        .innocent =
            "The KMS has changed its key, the key period in the policy is wrong, or the "
            "identity is spelled otherwise where the signature was made.",
        .next =
            "Do other offers of the same initiator verify? If they do, follow this one back to "
            "the hop where it appears first.",
    },
    [KRR_RULE_OFFER_SIGNER_UNKNOWN_KMS] = {
        .meaning =
            "The policy holds certificates of KMSs, but none that is valid of the KMS with "
            "which this offer was signed.",
        .fraud =
            "Nothing shows whether the offer is genuine, and a KMS that nobody knows may be "
            "anybody's.",
        .innocent =
            "A partner's KMS whose certificate was not given to the auditor, or has expired.",
        .next =
            "Get the certificate from the partner or from what the Home KMS provisioned, and "
            "audit again.",
    },
};
/* clang-format on */
