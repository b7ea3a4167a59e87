/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * face_files.h - the folder of faces by the names of its files: whose they are, who may
 * write there now, and how they go. Nothing here opens a record: no key is needed.
 */
#ifndef VID_FACE_FILES_H
#define VID_FACE_FILES_H

#include <stdbool.h>

#include "libvid/anchor.h"
#include "libvid/limits.h"

#define FACE_FILE_RECORD ".face"
#define FACE_FILE_MARK   ".mark" /* of version 0.1.0 */

/* ACCOUNT of "ACCOUNT.IDHASH" and `ending`; false for another name. */
bool face_files_account(const char *name, const char *ending, char out[VID_NAME_MAX + 1]);

/*
 * Be the only one who reads and then writes in `folder`, until `fd` is closed. Waits a
 * few seconds for another. Complains itself: CLI_GO, `fd` being -1 where there is no
 * folder, or CLI_FAILED.
 */
int face_files_lock(const char *folder, int *fd);

/*
 * Remove every record and mark of `account`, of identities that are mapped to it no
 * longer too, and its consent. What cannot be removed does not keep the rest. Copies that
 * somebody kept open no more; without an anchor (NULL) no host key opens them. Complains
 * itself: CLI_GO, `found` telling whether there was any, or CLI_FAILED.
 */
int face_files_remove(const char *folder, const char *account,
		      const struct anchor *anchor, bool *found);

#endif
