/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reason.h - why a rule said no, in one table
 *
 * Every rule answers with an `enum vid_reason`; VID_OK (0) is the only yes. The table
 * gives each reason its step of TOKEN.md's verification order (0: outside that order),
 * a short name for logs and JSON, the sentence for people, and the verdict that the
 * PAM module maps to a code. Nothing else invents error text or codes.
 */
#ifndef VID_REASON_H
#define VID_REASON_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What vidd tells the PAM module. Never zero, so that cleared memory grants nothing. */
enum vid_verdict {
	VERDICT_GRANTED = 0x51,     /* PAM_SUCCESS */
	VERDICT_DENIED = 0x62,      /* PAM_AUTH_ERR: judged, and found wrong */
	VERDICT_MAXTRIES = 0x63,    /* PAM_MAXTRIES */
	VERDICT_UNKNOWN = 0x64,     /* PAM_USER_UNKNOWN: no account, or no identity */
	VERDICT_UNAVAILABLE = 0x65, /* PAM_AUTHINFO_UNAVAIL: nothing could be judged */
	VERDICT_BROKEN = 0x66,      /* PAM_SERVICE_ERR: configuration or state */
	VERDICT_ABORT = 0x67,       /* PAM_ABORT: anything unforeseen */
};

/* X(name, step, verdict, sentence). The order is the order of the walk. */
#define VID_REASONS(X)                                                                   \
	X(OK, 0, GRANTED, "valid")                                                       \
	/* 1-5: the message */                                                           \
	X(TOKEN_EMPTY, 1, DENIED, "the token is empty")                                  \
	X(TOKEN_TOO_LARGE, 1, DENIED, "the token is larger than the limit")              \
	X(BASE45, 2, DENIED, "the QR text is not base45")                                \
	X(COMPRESSED, 2, DENIED,                                                         \
	  "the compressed content is damaged, cut or not of zlib or Brotli")             \
	X(CBOR, 3, DENIED, "not well-formed deterministic CBOR")                         \
	X(CBOR_TRUNCATED, 3, DENIED, "the CBOR ends early")                              \
	X(CBOR_TRAILING, 3, DENIED, "bytes follow the end of the CBOR")                  \
	X(CBOR_LIMIT, 3, DENIED, "the CBOR is deeper, longer or wider than the limits")  \
	X(CBOR_NOT_SHORTEST, 3, DENIED,                                                  \
	  "a CBOR length or number is not in its shortest form")                         \
	X(CBOR_INDEFINITE, 3, DENIED, "the CBOR has an item of indefinite length")       \
	X(CBOR_UNSORTED, 3, DENIED, "the keys of a CBOR map are not sorted")             \
	X(CBOR_DUPLICATE, 3, DENIED, "a key stands twice in a CBOR map")                 \
	X(CBOR_FLOAT, 3, DENIED, "the CBOR has a floating-point number")                 \
	X(CBOR_TEXT, 3, DENIED, "a CBOR text is not valid UTF-8")                        \
	X(TAGS, 4, DENIED, "not a COSE_Sign1 message by its tags")                       \
	X(ENCRYPTED, 4, DENIED, "the card is encrypted, and cannot be judged here")      \
	X(COSE_SHAPE, 5, DENIED, "not the four elements of COSE_Sign1")                  \
	X(UNSIGNED, 5, DENIED, "the card is not signed: anybody could have made it")     \
	/* 6-8: the header */                                                            \
	X(HEADER, 6, DENIED, "a header parameter has the wrong type or place")           \
	X(HEADER_DUPLICATE, 6, DENIED, "a header parameter stands twice")                \
	X(CRIT, 6, DENIED, "a critical header parameter is not understood")              \
	X(TYP, 7, DENIED, "the message does not say that it is a virtual ID token")      \
	X(ALG, 8, DENIED, "the signature algorithm is not allowed")                      \
	/* 9-11: who signed */                                                           \
	X(PAYLOAD, 9, DENIED, "the payload is not a map of claims")                      \
	X(ISS_UNKNOWN, 9, DENIED, "the issuer is not trusted here")                      \
	X(KID_UNKNOWN, 10, DENIED, "the issuer has no key of that id")                   \
	X(KEY_EXPIRED, 10, DENIED, "the issuer's key was not valid at that time")        \
	X(KEY_REVOKED, 10, DENIED, "the issuer's key is revoked: it signs nothing")      \
	X(KEY_USE, 10, DENIED, "the issuer's key is not for this kind of document")      \
	X(SIGNATURE, 11, DENIED, "the signature does not verify")                        \
	/* 12-16: the claims */                                                          \
	X(CLAIMS, 12, DENIED, "a claim is missing or has the wrong type")                \
	X(IDENTITY_DATA, 12, DENIED, "the card has no identity data (claim 169)")        \
	X(AUD, 13, DENIED, "the token is for another realm")                             \
	X(EXPIRED, 14, DENIED, "the token has expired")                                  \
	X(NOT_YET_VALID, 14, DENIED, "the token is not valid yet")                       \
	X(LIFETIME, 14, DENIED,                                                          \
	  "the token's times contradict each other or span too long")                    \
	X(SUB, 15, DENIED, "the subject is not a pairwise pseudonym")                    \
	X(NAMELESS, 15, DENIED, "the card has neither a subject nor an ID")              \
	X(CNF, 16, DENIED, "the holder key is missing or not a valid public key")        \
	/* 17: the holder */                                                             \
	X(HOLDER_MISSING, 17, DENIED, "there is no proof that the holder is here")       \
	X(HOLDER_PROOF, 17, DENIED, "the holder's proof is not well formed")             \
	X(HOLDER_SIGNATURE, 17, DENIED, "the holder's signature does not verify")        \
	X(HOLDER_AUD, 17, DENIED, "the holder's proof is for another host")              \
	X(HOLDER_NONCE, 17, DENIED,                                                      \
	  "the holder's proof does not answer the nonce shown")                          \
	X(HOLDER_STALE, 17, DENIED, "the holder's proof is too old or from the future")  \
	X(HOLDER_REPLAYED, 17, DENIED, "this presentation was used before")              \
	X(HOLDER_RP, 17, DENIED, "the key's answer is for another realm")                \
	X(HOLDER_UP, 17, DENIED, "the key was not touched")                              \
	X(HOLDER_COUNTER, 17, DENIED,                                                    \
	  "the key's counter did not grow: there may be a copy of it")                   \
	X(HOLDER_UV, 17, DENIED,                                                         \
	  "the holder's proof does not say that its key verified who holds it")          \
	/* 18: status */                                                                 \
	X(STATUS_FORM, 18, DENIED, "the status claim is missing or malformed")           \
	X(STATUS_UNAVAILABLE, 18, UNAVAILABLE,                                           \
	  "no status list of this issuer is at hand")                                    \
	X(STATUS_STALE, 18, UNAVAILABLE, "the status list at hand is too old")           \
	X(STATUS_AHEAD, 18, UNAVAILABLE, "the status list at hand is from the future")   \
	X(STATUS_OTHER, 18, UNAVAILABLE, "the status list is for another address")       \
	X(STATUS_LIST, 18, UNAVAILABLE,                                                  \
	  "the status list at hand is damaged or not the issuer's")                      \
	X(STATUS_LIMIT, 18, UNAVAILABLE, "the status list is larger than the limits")    \
	X(STATUS_RANGE, 18, DENIED, "the token points past the end of its status list")  \
	X(REVOKED, 18, DENIED, "the issuer has revoked or suspended this token")         \
	/* 19: the account */                                                            \
	X(IDENTITY_UNKNOWN, 19, UNKNOWN, "this identity is mapped to no account here")   \
	X(IDENTITY_DENIED, 19, DENIED, "a line of the map shuts this identity out")      \
	X(ACCOUNT_FULL, 19, UNAVAILABLE,                                                 \
	  "no account is left here for whoever comes for the first time: ask the "       \
	  "administrator, who can add some")                                             \
	X(ACCOUNT_OTHER, 19, DENIED, "this identity belongs to another account")         \
	X(ISSUER_REACH, 19, DENIED,                                                      \
	  "the issuer may not speak for this account or service")                        \
	X(ACCOUNT_NONE, 19, UNKNOWN, "this account has no virtual ID")                   \
	X(ACCOUNT_CHANGED, 19, BROKEN,                                                   \
	  "the account does not match its entry in the map")                             \
	/* 20: the face */                                                               \
	X(FACE_FORM, 20, DENIED, "the face claim is malformed")                          \
	X(FACE_NO_REFERENCE, 20, DENIED, "the token names no face")                      \
	X(FACE_NO_TEMPLATE, 20, UNAVAILABLE,                                             \
	  "no face template of this person is at hand")                                  \
	X(PORTRAIT, 20, DENIED,                                                          \
	  "the portrait cannot be read, or does not show one face well enough")          \
	X(FACE_SWAPPED, 20, DENIED, "the face template is not the one the token names")  \
	X(FACE_TEMPLATE_BROKEN, 20, DENIED, "the face template cannot be opened")        \
	X(FACE_MODEL, 20, UNAVAILABLE, "the face template was made with another model")  \
	X(FACE_MISMATCH, 20, DENIED, "the face is not the one the token names")          \
	X(FACE_NOT_LIVE, 20, DENIED, "the camera did not see a live face")               \
	X(FACE_FRAMES, 20, DENIED, "the pictures do not come fresh from a camera")       \
	X(FACE_TURN, 20, DENIED, "the head did not turn as it was asked to")             \
	X(FACE_FLAT, 20, DENIED, "what turned before the camera is flat")                \
	X(FACE_CHANGED, 20, DENIED, "the face changed while it was looked at")           \
	X(FACE_NOBODY, 20, UNAVAILABLE, "nobody was seen at the camera")                 \
	/* 21: attempts */                                                               \
	X(TOO_MANY_ATTEMPTS, 21, MAXTRIES,                                               \
	  "too many attempts; wait, or log in another way")                              \
	/* outside the order: nothing could be judged */                                 \
	X(REMOTE, 0, UNAVAILABLE,                                                        \
	  "the request does not come from this machine's own seat")                      \
	X(NOT_ALLOWED, 0, UNAVAILABLE, "the caller may not ask about this account")      \
	X(POLICY_OFF, 0, UNAVAILABLE, "virtual IDs are not accepted for this service")   \
	X(NO_PRESENTATION, 0, UNAVAILABLE, "no virtual ID was shown")                    \
	X(CAMERA_NONE, 0, UNAVAILABLE, "no camera is set up")                            \
	X(CAMERA_REFUSED, 0, UNAVAILABLE, "that camera is not allowed")                  \
	X(CAMERA_BUSY, 0, UNAVAILABLE, "another program uses the camera")                \
	X(CAMERA_FAILED, 0, UNAVAILABLE, "the camera stopped working")                   \
	X(KEY_NONE, 0, UNAVAILABLE,                                                      \
	  "no security key was plugged in: plug yours in, then try again")               \
	X(KEY_GONE, 0, UNAVAILABLE,                                                      \
	  "the security key was taken out: leave it in, and try again")                  \
	X(KEY_DECLINED, 0, UNAVAILABLE,                                                  \
	  "the security key said no, or was not touched in time: try again, and touch "  \
	  "it when that is asked for")                                                   \
	X(KEY_PIN, 0, DENIED,                                                            \
	  "the PIN of the security key was wrong: try again only when you are sure of "  \
	  "it, after too many wrong ones the key has to be reset")                       \
	X(KEY_PIN_BLOCKED, 0, UNAVAILABLE,                                               \
	  "the PIN of this security key is blocked: reset it (fido2-token -R), which "   \
	  "erases it, and enrol it anew")                                                \
	X(KEY_PIN_PAUSE, 0, DENIED,                                                      \
	  "too many wrong PINs in a row: take the security key out, put it in again")    \
	X(KEY_NO_PIN, 0, UNAVAILABLE,                                                    \
	  "this security key has no PIN, and one is needed here: set one, then enrol "   \
	  "it")                                                                          \
	X(KEY_OLD, 0, UNAVAILABLE,                                                       \
	  "this security key is too old, it does not speak FIDO2: use a newer one")      \
	X(KEY_EMPTY, 0, UNAVAILABLE,                                                     \
	  "this security key holds no virtual ID of a realm that counts here: use "      \
	  "another one, or have this one enrolled")                                      \
	X(KEY_NO_TOKEN, 0, UNAVAILABLE,                                                  \
	  "this security key is enrolled, but there is no virtual ID on it or here: "    \
	  "`vid key store` puts one there")                                              \
	X(KEY_FULL, 0, UNAVAILABLE,                                                      \
	  "there is no room left on this security key: vid key remove makes some")       \
	X(KEY_UNABLE, 0, UNAVAILABLE,                                                    \
	  "this security key cannot do what is needed: use another one")                 \
	X(KEY_FAILED, 0, UNAVAILABLE,                                                    \
	  "the security key does not work as it should: take it out, put it in again, "  \
	  "then try again")                                                              \
	X(FACE_ENGINE, 0, UNAVAILABLE, "the face models are missing or changed")         \
	X(SENSOR_FAILED, 0, UNAVAILABLE, "a device helper failed")                       \
	X(DEADLINE, 0, UNAVAILABLE, "there was no answer in time")                       \
	X(CANCELLED, 0, UNAVAILABLE, "cancelled")                                        \
	X(CLOCK, 0, UNAVAILABLE,                                                         \
	  "this machine's clock is wrong; set it, then try again")                       \
	/* broken state */                                                               \
	X(CONFIG, 0, BROKEN, "the configuration is broken")                              \
	X(STATE, 0, BROKEN, "the saved state is broken")                                 \
	X(FILE_MISSING, 0, BROKEN, "a file is missing")                                  \
	X(FILE_UNTRUSTED, 0, BROKEN, "a file is not safe to trust")                      \
	X(FILE_IO, 0, BROKEN, "a file cannot be read or written")                        \
	X(WIRE, 0, ABORT, "a message between the parts is malformed")                    \
	X(INTERNAL, 0, ABORT, "something unforeseen happened")

enum vid_reason {
#define X(name, step, verdict, sentence) VID_##name,
	VID_REASONS(X)
#undef X
		VID_REASON_COUNT
};

/* All four answer for any value; one outside the table reads as VID_INTERNAL. */
const char *reason_name(enum vid_reason why);     /* "signature": for logs and JSON */
const char *reason_sentence(enum vid_reason why); /* English, for gettext */
int reason_step(enum vid_reason why);             /* 1..21, or 0 */
enum vid_verdict reason_verdict(enum vid_reason why);

/*
 * What exactly was wrong, for the administrator: "/etc/vid/vid.conf:12: unknown key
 * 'relam'". Filled by whoever reads files; never shown to the person at the terminal,
 * never holds a secret or biometric data.
 */
struct problem {
	char text[320];
};

/* printf into a problem, cut to fit; control characters from outside become '?'. */
void problem_set(struct problem *problem, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#ifdef __cplusplus
}
#endif
#endif
