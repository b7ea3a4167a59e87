/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * files.h - files that root trusts, and files that must survive a power cut
 *
 * S33: what root trusts is a regular file with one link, owned by root (or by the
 * caller, when the caller is not root: the command line run by a person), writable by
 * its owner alone, reached through folders of which the same is true, with no symbolic
 * link on the way. S34: a write leaves the old file or the new one, never less.
 */
#ifndef VID_FILES_H
#define VID_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "libvid/bytes.h"
#include "libvid/reason.h"

/* Bytes of a file, with a NUL behind the last that `len` does not count. */
struct blob {
	uint8_t *at;
	size_t len;
};

/* Wipe and free; `blob` is empty afterwards. Usable with AUTO(blob_free). */
void blob_free(struct blob *blob);

/*
 * Read a whole trusted file of at most `max` bytes into `out` (blob_free it).
 * VID_OK; VID_FILE_MISSING when there is none; VID_FILE_UNTRUSTED for a wrong owner,
 * mode, type, link count or symbolic link; VID_FILE_IO for anything else, a file over
 * `max` among it. `problem` (may be NULL) says which, with the path.
 */
enum vid_reason file_read_trusted(const char *path, size_t max, struct blob *out,
				  struct problem *problem);

/*
 * As file_read_trusted, for a secret: VID_FILE_UNTRUSTED also when the mode lets the
 * group or others do anything with it. `problem` names the chmod.
 */
enum vid_reason file_read_secret(const char *path, size_t max, struct blob *out,
				 struct problem *problem);

/*
 * As file_read_untrusted, for a person's own secret (a wallet, an issuer's key): with the
 * same check of the mode.
 */
enum vid_reason file_read_private(const char *path, size_t max, struct blob *out,
				  struct problem *problem);

/*
 * Open such a file for reading, all checks done on the descriptor that is returned.
 * -1 with *why set as above.
 */
int file_open_trusted(const char *path, enum vid_reason *why, struct problem *problem);

/*
 * Open a folder of which the same is true, sticky ones too being none. -1 with *why set
 * as above.
 */
int folder_open_trusted(const char *path, enum vid_reason *why, struct problem *problem);

/*
 * Read a file that is *not* trusted (a carrier: somebody's USB stick, an argument of
 * the command line): regular, at most `max` bytes, never blocks on a fifo or a device.
 */
enum vid_reason file_read_untrusted(const char *path, size_t max, struct blob *out,
				    struct problem *problem);

/*
 * The same for a folder that somebody else writes in: a link in the file's place, which
 * may lead to any file or device of root's, is VID_FILE_UNTRUSTED.
 */
enum vid_reason file_read_carrier(const char *path, size_t max, struct blob *out,
				  struct problem *problem);

/*
 * Replace `path` by `content`, with mode `mode`, owned by the caller: temporary file
 * in the same folder, fsync, rename, fsync of the folder. VID_OK or VID_FILE_IO; on
 * failure the old file is untouched and no temporary file stays. A writer that is killed
 * leaves one at most, which the next write or file_remove of the same path removes. The
 * folder is opened as output_folder.h says.
 */
enum vid_reason file_write(const char *path, struct bytes content, mode_t mode,
			   struct problem *problem);

/* As file_write, but VID_FILE_IO when something of that name exists already. */
enum vid_reason file_write_new(const char *path, struct bytes content, mode_t mode,
			       struct problem *problem);

/* Unlink and fsync the folder. VID_FILE_MISSING when there was none. */
enum vid_reason file_remove(const char *path, struct problem *problem);

/*
 * Take the lock file `path` (made with mode 0600) for this process: an fd to close, or
 * -1 with errno. Waits at most `seconds`.
 */
int file_lock(const char *path, int seconds);

/* Path building that cannot cut: false when it does not fit. */
bool path_join(char *to, size_t size, const char *folder, const char *name);

#endif
