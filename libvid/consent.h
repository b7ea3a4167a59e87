/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * consent.h - that a person agreed to have their face enrolled (P1)
 *
 * One small file a person beside the templates, faces/ACCOUNT.consent: which words were
 * shown (by their hash), when, in which language, to whose account, how it was said, and
 * where the face was then taken from; under a MAC of the host key. No biometrics. A
 * template is written after it, or not at all.
 */
#ifndef VID_CONSENT_H
#define VID_CONSENT_H

#include "libvid/hostkey.h"
#include "libvid/limits.h"

enum consent_method {
	CONSENT_TYPED = 1, /* the word, at this machine's terminal */
	CONSENT_STATED,    /* the administrator says so: --agree */
};

/* A person who was there, or files that an administrator had; of a template that was
 * added to, all of them. */
enum consent_source {
	CONSENT_CAMERA = 1,
	CONSENT_PICTURES = 2,
	CONSENT_VIDEO = 4,
};

struct consent {
	char account[VID_NAME_MAX + 1];
	char locale[32];  /* of the words, like "de_DE.UTF-8" */
	uint8_t text[32]; /* SHA-256 of the words */
	int64_t time;     /* seconds since the epoch */
	enum consent_method method;
	unsigned sources; /* enum consent_source; 0: recorded before they were */
};

/* Their words, "camera pictures", in `to`; empty without any. */
void consent_sources(unsigned sources, char to[32]);

/* The hash of the words that were shown. */
void consent_hash(const char *words, uint8_t out[32]);

/* Replace the account's record. VID_OK or VID_FILE_IO; VID_INTERNAL for an account that
 * is no name of a file. */
enum vid_reason consent_write(const char *folder, const struct consent *consent,
			      const struct hostkey *key, struct problem *problem);

/* VID_OK; VID_FILE_*; VID_STATE for a record that is malformed, of another account or
 * not under this host's MAC. */
enum vid_reason consent_read(const char *folder, const char *account,
			     const struct hostkey *key, struct consent *out,
			     struct problem *problem);

/* VID_FILE_MISSING when there is none. */
enum vid_reason consent_remove(const char *folder, const char *account,
			       struct problem *problem);

#endif
