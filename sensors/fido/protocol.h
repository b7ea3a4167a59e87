/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * protocol.h - what vidd (or vid) and vid-fido say to each other, as wire.h frames
 *
 * One conversation is about one visit of keys: OPEN; events while it waits; the PIN where
 * one is wanted; one CREDENTIAL for each that the chosen key holds for the RP IDs, and
 * FOUND behind the last; then what is asked of one of them. It ends with FAILED, or when
 * the other side hangs up: then the key is cancelled as well. Whatever a sensor sends is
 * checked again by client.c.
 */
#ifndef VID_SENSORS_FIDO_PROTOCOL_H
#define VID_SENSORS_FIDO_PROTOCOL_H

#include <stdbool.h>
#include <stddef.h>

enum fido_frame {
	FIDO_OPEN = 64, /* DEVICES, RPS, PURPOSE, UV, HASH */
	FIDO_PIN = 65,  /* PIN: answers the event PIN */
	/* INDEX, HASH, may have SALT and SALT2 (hmac-secret); after FOUND. Answered by
	 * events and ASSERTION. */
	FIDO_ASSERT = 66,
	FIDO_MAKE =
		67, /* purpose MAKE, after FOUND: ALG, RP, USER, HASH, PROTECT, NAME */
	FIDO_STORE = 68,  /* INDEX, BLOB (empty: take away); answered by DONE */
	FIDO_DELETE = 69, /* INDEX: the credential and its blob; answered by DONE */
	FIDO_CANCEL = 70, /* cancels whatever the key waits for; answered by FAILED */

	FIDO_EVENT = 80,      /* EVENT, may have TRIES, WRONG */
	FIDO_CREDENTIAL = 81, /* INDEX, RP, ID, AUTH_DATA, SIGNATURE, may have BLOB */
	/* COUNT (of the CREDENTIAL frames before), ROOM and ROOM_ALL where there are
	 * largeBlobs, SLOTS where the key says, CAN */
	FIDO_FOUND = 82,
	FIDO_ASSERTION = 83, /* AUTH_DATA, SIGNATURE, may have SECRET, SECRET2 */
	FIDO_MADE = 84,      /* ID, ALG, PUBLIC, CAN */
	FIDO_DONE = 85,
	FIDO_FAILED = 86, /* FAILURE, WHY; the sensor ends */
};

enum fido_field {
	FIDO_FIELD_DEVICES = 1, /* text: "usb" */
	FIDO_FIELD_RPS = 2,     /* text: RP IDs with single blanks between, at most 4 */
	FIDO_FIELD_PURPOSE = 3, /* u32: enum fido_purpose */
	FIDO_FIELD_UV = 4,      /* u32: enum fido_uv */
	/* 32 bytes: clientDataHash. In OPEN: of the assertion without a touch that comes
	 * with each CREDENTIAL, and that proves nobody's presence. */
	FIDO_FIELD_HASH = 5,
	FIDO_FIELD_PIN = 6,        /* 4..63 bytes of UTF-8 */
	FIDO_FIELD_INDEX = 7,      /* u32: of a CREDENTIAL, from 0 */
	FIDO_FIELD_RP = 8,         /* text */
	FIDO_FIELD_ID = 9,         /* bytes, 1..1023: credential id */
	FIDO_FIELD_AUTH_DATA = 10, /* bytes, 37..512, raw */
	FIDO_FIELD_SIGNATURE = 11, /* bytes, 1..80 */
	FIDO_FIELD_BLOB = 12,      /* bytes, at most KEY_BLOB_MAX */
	FIDO_FIELD_EVENT = 13,     /* u32: enum fido_event */
	FIDO_FIELD_TRIES = 14,     /* u32: PIN tries left, 0..255 */
	FIDO_FIELD_WRONG = 15,     /* u32, 1: the PIN that was given was wrong */
	FIDO_FIELD_COUNT = 16,     /* u32: 0..8 */
	FIDO_FIELD_ROOM = 17,      /* u32: bytes of largeBlobs that are free */
	FIDO_FIELD_ROOM_ALL = 18,  /* u32: bytes of largeBlobs in all */
	FIDO_FIELD_SLOTS = 19,     /* u32: discoverable credentials that still fit */
	FIDO_FIELD_SALT = 20,      /* 32 bytes */
	FIDO_FIELD_SALT2 = 21,     /* 32 bytes; only beside SALT */
	FIDO_FIELD_SECRET = 22,    /* 32 bytes: the answer to SALT */
	FIDO_FIELD_SECRET2 = 23,   /* 32 bytes */
	FIDO_FIELD_FAILURE = 24,   /* u32: enum fido_failure */
	FIDO_FIELD_WHY = 25,       /* text: for the administrator's log */
	FIDO_FIELD_ALG = 26,       /* u32: enum key_alg */
	FIDO_FIELD_USER = 27,      /* bytes, 1..64: user handle */
	FIDO_FIELD_NAME = 28,      /* text, 1..64 bytes: what the key may show */
	FIDO_FIELD_PROTECT = 29,   /* u32, 1..3: credProtect */
	FIDO_FIELD_PUBLIC = 30,    /* 32 or 64 bytes, as struct public_key has them */
	FIDO_FIELD_CAN = 31,       /* u32: FIDO_CAN_* */
	FIDO_FIELD_SEAT = 32,      /* OPEN: text: keys of this seat; absent: of any */
};

/* What for: a login looks and asserts; the others are the command line's. */
enum fido_purpose { FIDO_FOR_LOGIN = 1, FIDO_FOR_MAKE = 2, FIDO_FOR_CHANGE = 3 };

/* Must the key verify its user? As enum key_uv; vid-fido knows no policy. PREFERRED:
 * where the key can. NO: only where it gives nothing away otherwise. */
enum fido_uv { FIDO_UV_REQUIRED = 1, FIDO_UV_PREFERRED = 2, FIDO_UV_NO = 3 };

#define FIDO_CAN_LARGE_BLOB  1u
#define FIDO_CAN_HMAC_SECRET 2u
#define FIDO_CAN_PROTECT     4u
#define FIDO_CAN_PIN         8u  /* and a PIN is set */
#define FIDO_CAN_VERIFY      16u /* itself: a fingerprint or a PIN pad */

enum fido_event {
	FIDO_EVENT_INSERT = 1, /* no key is there: waits for one */
	FIDO_EVENT_SELECT = 2, /* several: touch the one to be used */
	FIDO_EVENT_PIN = 3,    /* waits for FIDO_PIN; TRIES, may have WRONG */
	FIDO_EVENT_TOUCH = 4,
	FIDO_EVENT_VERIFY = 5, /* touch its fingerprint reader */
	FIDO_EVENT_ADDED = 6,  /* another key was plugged in: begin anew to use it */
	FIDO_EVENT_LAST = FIDO_EVENT_ADDED,
};

enum fido_failure {
	FIDO_FAILURE_GONE = 1, /* taken out */
	FIDO_FAILURE_DECLINED =
		2, /* said no at the key, or did not touch it in its time */
	FIDO_FAILURE_CANCELLED = 3,
	FIDO_FAILURE_PIN_BLOCKED = 4, /* for good: must be reset */
	FIDO_FAILURE_PIN_PAUSE = 5,   /* until it is taken out and put in again */
	FIDO_FAILURE_NO_PIN = 6,      /* none is set, and UV is required */
	FIDO_FAILURE_OLD = 7,         /* U2F alone */
	FIDO_FAILURE_EMPTY = 8,       /* nothing for these RP IDs */
	FIDO_FAILURE_FULL = 9,        /* no room for a credential or a blob */
	FIDO_FAILURE_UNABLE = 10,     /* cannot do what is asked: WHY names it */
	FIDO_FAILURE_DEVICE = 11,     /* does not keep to CTAP, or does not answer */
	FIDO_FAILURE_PROTOCOL = 12,
	FIDO_FAILURE_ACCESS = 13,    /* the device may not be opened */
	FIDO_FAILURE_PIN_WRONG = 14, /* given up after a wrong one */
	FIDO_FAILURE_LAST = FIDO_FAILURE_PIN_WRONG,
};

#define FIDO_RPS_MAX         4
#define FIDO_KEYS_MAX        8 /* plugged in at a time */
#define FIDO_CREDENTIALS_MAX 8 /* that are looked at on one key */
#define FIDO_ID_MAX          1023
#define FIDO_PIN_MIN         4  /* characters */
#define FIDO_PIN_MAX         63 /* bytes */

/* What an entry of largeBlobs takes beside its content: CBOR heads, nonce, tag, size, and
 * what deflate adds to bytes that it cannot make smaller (CTAP 2.1 section 6.10.3). */
#define FIDO_ENTRY_COST 64

/* Could this be a PIN? Only such a one is ever sent: another would cost a try. */
static inline bool fido_pin_fits(const char *pin)
{
	size_t bytes = 0, characters = 0;

	for (; pin[bytes]; bytes++)
		if (((unsigned char)pin[bytes] & 0xc0) != 0x80)
			characters++;
	return characters >= FIDO_PIN_MIN && bytes <= FIDO_PIN_MAX;
}

#endif
