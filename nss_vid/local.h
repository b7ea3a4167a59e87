/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * local.h - the lines of /etc/passwd and /etc/group, read without glibc's NSS
 *
 * getpwnam from within an NSS module would come back to this module; so this reads the
 * files itself, on the stack. What glibc's `files` accepts is accepted: leading blanks,
 * comments and NIS lines passed over, numbers as strtoul reads them.
 */
#ifndef NSS_VID_LOCAL_H
#define NSS_VID_LOCAL_H

#include "libvid/bytes.h"
#include "libvid/index.h"

#ifndef NSS_VID_PASSWD
#define NSS_VID_PASSWD "/etc/passwd"
#define NSS_VID_GROUP  "/etc/group"
#endif

#define LOCAL_LINE_MAX 1024 /* bytes of a line that are looked at */

struct local_file {
	int fd; /* -1: no such file, which has no lines */
	size_t at, len;
	bool skip, end;
	uint8_t buffer[4096];
};

struct local_entry {       /* views into the file's buffer, until the next line */
	struct bytes line; /* without its newline; cut at LOCAL_LINE_MAX or later */
	struct bytes name;
	uint64_t id, second_id; /* fields 3 and 4, or UINT64_MAX */
	bool whole;             /* the line is not cut */
};

/* False with errno when the file exists and cannot be read. */
bool local_open(struct local_file *file, const char *path, struct index_stamp *stamp);
void local_close(struct local_file *file);

/* 1: an entry; 0: the end; -1: errno. */
int local_next(struct local_file *file, struct local_entry *out);

/* Field `n` (from 0) of a line split at ':'; false when it has fewer. */
bool local_field(struct bytes line, unsigned n, struct bytes *out);

#endif
