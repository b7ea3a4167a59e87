/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * audit.h - one record a login, to syslog's authpriv (S52)
 *
 * event=login service=su account=vkim iss=example cti=1a2b3c4d assurance=holder+face
 * reason=OK step=0 ms=812 uid=0 pid=4242 detail="..." (one line). Never: frames,
 * embeddings, scores, PINs, the token, sub, idx.
 */
#ifndef VID_AUDIT_H
#define VID_AUDIT_H

#include <stdint.h>
#include <sys/types.h>

#include "libvid/bytes.h"
#include "libvid/reason.h"

struct audit_record {
	const char *event;     /* "login" */
	const char *service;   /* from outside: written escaped and cut */
	const char *account;   /* empty: not known */
	const char *alias;     /* of the issuer; empty: not known */
	struct bytes cti;      /* first 4 bytes of SHA-256 are written; empty: none */
	const char *assurance; /* "holder+face", "holder", "bearer+face"; empty */
	enum vid_reason why;
	int64_t milliseconds;
	uid_t uid; /* of the process that asked; SO_PEERCRED */
	pid_t pid; /* the same; 0: not known, and "-" is written for both */
	const struct problem *problem; /* or NULL */
};

/* Format into `to` (cut to fit), for tests and for audit_write. */
void audit_format(const struct audit_record *record, char *to, size_t size);
void audit_write(const struct audit_record *record);

#endif
