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
};

#define VERIFIER_NONE                                                                    \
	{                                                                                \
		.fd = -1, .pid = 0, .pidfd = -1                                          \
	}

/* PAM_SUCCESS, or PAM_AUTHINFO_UNAVAIL with the reason in the log. */
int verifier_start(pam_handle_t *pamh, struct verifier *out);

/* The one behind the socket hung up without a word, as systemd does when there are too
 * many: root starts one of its own. PAM_SUCCESS, or why not. */
int verifier_replace(pam_handle_t *pamh, struct verifier *verifier);

/* Hang up; our own child gets a moment to put things in order, then SIGKILL. Never waits
 * for another process than that. For AUTO(verifier_end). */
void verifier_end(struct verifier *verifier);

/* What vidd said in the end. */
struct verdict {
	uint32_t value; /* enum vid_verdict; 0: none */
	char account[VID_NAME_MAX + 1];
	char secret[VID_UNLOCK_MAX + 1]; /* for PAM_AUTHTOK; empty: none */
};

/* Wipes. For AUTO(verdict_wipe). */
void verdict_wipe(struct verdict *verdict);

/*
 * Ask, and carry the conversation until the verdict. PAM_SUCCESS means that there is a
 * verdict, of whatever kind; PAM_AUTHINFO_UNAVAIL: the deadline passed or the person's
 * side of the conversation failed; PAM_TRY_AGAIN: vidd hung up before its first word;
 * PAM_ABORT: vidd did not keep to the protocol.
 *   user   PAM_USER, or NULL
 *   flags  of pam_sm_authenticate
 */
int talk(pam_handle_t *pamh, const struct options *options, int flags, const char *user,
	 int fd, struct verdict *verdict);

/* The English sentence `msgid` in the person's language, with {1} and {2} replaced, cut
 * to fit and free of control characters. */
void talk_text(const char *msgid, const char *arg1, const char *arg2, char *to,
	       size_t size);

#endif
