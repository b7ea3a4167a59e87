/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pam_vid.h - the parts of the PAM module
 *
 * The module hands PAM's question to vidd, carries prompts both ways, and turns vidd's
 * verdict into a PAM code. It decides nothing. It runs inside sudo, login, gdm and lock
 * screens: libpam and libc alone, no global state, no signal handlers, nothing on stderr.
 */
#ifndef VID_PAM_VID_H
#define VID_PAM_VID_H

#include <security/pam_modules.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "libvid/limits.h"
#include "libvid/wire.h"

#define N_(text) text /* translated by talk_text */

#define VID_ASSURANCE_MAX 31 /* "holder+face" and the like */

/* The module's arguments in a pam.d line. */
struct options {
	unsigned deadline; /* seconds; 0: what vidd says */
	bool debug;
};

/* An unknown or malformed argument is a warning in the log, and otherwise ignored. */
void options_read(pam_handle_t *pamh, int argc, const char **argv,
		  struct options *options);

/* A vidd of our own, or the one behind the socket. */
struct verifier {
	int fd;    /* our end of the conversation, or -1 */
	pid_t pid; /* 0: not our child */
	int pidfd; /* -1: none */
	int slot;  /* caller_slot; -1: none is needed */
};

#define VERIFIER_NONE                                                                    \
	{                                                                                \
		.fd = -1, .pid = 0, .pidfd = -1, .slot = -1                              \
	}

/*
 * A connection to vidd. Where there is no socket at all, root's caller starts a vidd of
 * its own, which the log says. PAM_SUCCESS, or PAM_AUTHINFO_UNAVAIL with the reason in
 * the log.
 */
int verifier_start(pam_handle_t *pamh, struct verifier *out);

/* A vidd for a session's beginning or end, whoever listens at the sockets: what that one
 * runs in may not write to a home. Root's alone. */
int verifier_start_session(pam_handle_t *pamh, struct verifier *out);

/*
 * slot.c: one of the few logins that the programs of one user which run as root (su,
 * sudo) may wait for at once, so that a user cannot use up root's socket (S62). `slot`:
 * to be closed when the login is over; -1 for a caller that no user has started, or
 * without the folder for it. False: all are taken.
 */
bool caller_slot(int *slot);

/* Hang up; our own child gets a moment to put things in order, then SIGKILL. Never waits
 * for another process than that. For AUTO(verifier_end). */
void verifier_end(struct verifier *verifier);

/* What a login was granted: kept with the handle for the phases behind it. */
struct granted {
	char account[VID_NAME_MAX + 1];
	/* for the session's environment: printable ASCII without blanks, never empty */
	char subject[VID_SUB_LEN + 1], issuer[VID_ALIAS_MAX + 1];
	char assurance[VID_ASSURANCE_MAX + 1];
	bool session; /* vidd waits for its beginning and end */
	uint8_t note[VID_GRANT_MAX];
	size_t note_len; /* bytes; that vidd wants back */
};

/* What vidd said in the end. */
struct verdict {
	uint32_t value;         /* enum vid_verdict; 0: none */
	struct granted granted; /* of the phases behind a login: the account alone */
	char secret[VID_UNLOCK_MAX + 1]; /* for PAM_AUTHTOK; empty: none */
};

/* Wipes. For AUTO(verdict_wipe). */
void verdict_wipe(struct verdict *verdict);

/*
 * A verdict is one whole number. Where it grants, it names an account, and in answer to
 * PAM_FRAME_ASK all that a grant brings; what a grant alone brings stands in no other.
 * False: not so.
 */
bool verdict_read(const struct wire_frame *frame, enum pam_frame phase,
		  struct verdict *verdict);

/* What is asked of vidd. */
struct question {
	enum pam_frame phase;          /* PAM_FRAME_ASK, or one behind the login */
	int flags;                     /* of the entry point */
	const char *user;              /* of a login: PAM_USER, or NULL */
	const struct granted *granted; /* of the phases behind it */
};

/*
 * Ask, and carry the conversation until the verdict. PAM_SUCCESS means that there is a
 * verdict, of whatever kind; PAM_AUTHINFO_UNAVAIL: the deadline passed or the person's
 * side of the conversation failed, or vidd hung up before its first word; PAM_ABORT: vidd
 * did not keep to the protocol.
 */
int talk(pam_handle_t *pamh, const struct options *options,
	 const struct question *question, int fd, struct verdict *verdict);

/* The English sentence `msgid` in the person's language, with {1} and {2} replaced, cut
 * to fit and free of control characters. */
void talk_text(const char *msgid, const char *arg1, const char *arg2, char *to,
	       size_t size);

/* VID_SUBJECT, VID_ISSUER and VID_ASSURANCE: PAM_SUCCESS, or PAM_SESSION_ERR with none.
 */
int environment_put(pam_handle_t *pamh, const struct granted *granted);
void environment_remove(pam_handle_t *pamh);

#endif
