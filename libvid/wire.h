/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wire.h - frames between pam_vid and vidd, and between vidd and a sensor
 *
 * A frame is 8 bytes of head (magic 'V','I', version 1, type, length as 32 bits
 * little-endian) and at most WIRE_BODY_MAX bytes of fields; a field is tag (1 byte),
 * length (2 bytes, little- endian), bytes. A tag stands at most once in a frame. Each
 * side treats the other as hostile: wrong magic, version, type, length or a field past
 * the end is an error that ends the conversation. libc only: pam_vid is linked with this
 * and nothing else.
 */
#ifndef VID_WIRE_H
#define VID_WIRE_H

#include "libvid/bytes.h"

#define WIRE_VERSION  1
#define WIRE_HEAD     8
#define WIRE_BODY_MAX 8192

struct wire_frame {
	uint8_t type;
	size_t len; /* bytes of body */
	uint8_t body[WIRE_BODY_MAX];
};

enum wire_result {
	WIRE_OK = 0,
	WIRE_CLOSED,  /* the other side is gone */
	WIRE_TIMEOUT, /* the deadline passed */
	WIRE_BAD,     /* not our protocol */
	WIRE_ERROR,   /* errno */
	WIRE_ABORTED, /* the abort descriptor became readable or closed */
};

/* Milliseconds of CLOCK_BOOTTIME: deadlines are points on this clock. */
int64_t wire_now(void);

/*
 * Send or receive one whole frame before `deadline` (wire_now() milliseconds). `abort_fd`
 * (or -1): give up with WIRE_ABORTED when it becomes readable or hangs up. Never raises
 * SIGPIPE. Works with blocking and non-blocking sockets.
 */
enum wire_result wire_send(int fd, const struct wire_frame *frame, int64_t deadline);
enum wire_result wire_receive(int fd, struct wire_frame *frame, int64_t deadline,
			      int abort_fd);

/* Building: false once the body is full. */
void wire_start(struct wire_frame *frame, uint8_t type);
bool wire_put(struct wire_frame *frame, uint8_t tag, struct bytes value);
bool wire_put_text(struct wire_frame *frame, uint8_t tag, const char *value);
bool wire_put_u32(struct wire_frame *frame, uint8_t tag, uint32_t value);

/* Reading: false when absent (or, for u32 and text, of the wrong shape). */
bool wire_get(const struct wire_frame *frame, uint8_t tag, struct bytes *value);
bool wire_get_text(const struct wire_frame *frame, uint8_t tag, char *value, size_t size);
bool wire_get_u32(const struct wire_frame *frame, uint8_t tag, uint32_t *value);

/* Are the fields well formed, with no tag twice? wire_receive checks this itself. */
bool wire_check(const struct wire_frame *frame);

/* --- pam_vid <-> vidd --------------------------------------------------- */

enum pam_frame {
	PAM_FRAME_ASK = 1,     /* pam_vid: who, where, what */
	PAM_FRAME_ANSWER = 2,  /* pam_vid: reply to a prompt, or none */
	PAM_FRAME_SAY = 3,     /* vidd: show a line */
	PAM_FRAME_PROMPT = 4,  /* vidd: ask for a line */
	PAM_FRAME_VERDICT = 5, /* vidd: the end */
	/* pam_vid, as the first frame in ASK's place, with GRANT; vidd's next is the
	 * verdict: may the account still be used; a session of it began; it ended */
	PAM_FRAME_ACCOUNT = 6,
	PAM_FRAME_OPEN = 7,
	PAM_FRAME_CLOSE = 8,
};

enum pam_field {
	PAM_FIELD_SERVICE = 1, /* text */
	PAM_FIELD_ACCOUNT =
		2,         /* text; ASK: absent when PAM_USER is empty; VERDICT: whose */
	PAM_FIELD_TTY = 3, /* text, may be absent */
	PAM_FIELD_RHOST = 4,    /* text, may be absent */
	PAM_FIELD_RUSER = 5,    /* text, may be absent */
	PAM_FIELD_DEADLINE = 6, /* u32, seconds; caps the policy's */
	PAM_FIELD_FLAGS = 7,    /* u32: PAM_FLAG_* */
	PAM_FIELD_TEXT =
		8, /* text: SAY and PROMPT: an English sentence for gettext, with {1} and
		      {2} where the arguments go; ANSWER: the reply, absent for none */
	PAM_FIELD_ARG1 = 9,     /* text */
	PAM_FIELD_ARG2 = 10,    /* text */
	PAM_FIELD_STYLE = 11,   /* u32: enum pam_style */
	PAM_FIELD_VERDICT = 12, /* u32: enum vid_verdict */
	PAM_FIELD_REASON = 13,  /* text: reason_name, for the module's debug log */
	/* SAY and PROMPT: u32: enum pam_event, where the sentence is one of those: for a
	 * lock screen that draws its own pictures */
	PAM_FIELD_EVENT = 14,
	/* VERDICT that grants: bytes without NUL, what opens the person's keyring */
	PAM_FIELD_SECRET = 15,
	/* VERDICT that grants; ACCOUNT, OPEN, CLOSE: bytes, a note of vidd's to itself,
	 * sealed (grant.h); at most VID_GRANT_MAX */
	PAM_FIELD_GRANT = 16,
	/* VERDICT that grants: texts for the session's environment: the identity's
	 * subject, the issuer's alias here, what was proved ("key-uv+face") */
	PAM_FIELD_SUBJECT = 17,
	PAM_FIELD_ISSUER = 18,
	PAM_FIELD_ASSURANCE = 19,
};

enum pam_event {
	PAM_EVENT_INTENT = 1, /* the first prompt */
	PAM_EVENT_KEY_INSERT = 2,
	PAM_EVENT_KEY_SELECT = 3, /* several are there: touch one */
	PAM_EVENT_KEY_PIN = 4,    /* ARG1: tries left */
	PAM_EVENT_KEY_PIN_WRONG = 5,
	PAM_EVENT_KEY_TOUCH = 6,
	PAM_EVENT_KEY_VERIFY = 7, /* its fingerprint reader */
	PAM_EVENT_SHOW_CODE = 8,  /* to the camera */
	PAM_EVENT_LOOK = 9,       /* at the camera, or turn the head */
	PAM_EVENT_NUMBER = 10,    /* for the wallet: lines of a code, or a number */
};

enum pam_style { STYLE_INFO = 1, STYLE_ERROR = 2, STYLE_ECHO = 3, STYLE_SECRET = 4 };
#define PAM_FLAG_SILENT                                                                  \
	1u /* PAM_SILENT was set: say nothing, ask only what must be asked */
#define PAM_FLAG_DEBUG 2u
/* of a VERDICT that grants: OPEN and CLOSE are waited for */
#define PAM_FLAG_SESSION 4u

#endif
