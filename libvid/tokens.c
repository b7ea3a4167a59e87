/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/tokens.h"

#include <limits.h>
#include <sodium.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "libvid/limits.h"

#define CREDENTIAL_MAX 1023 /* bytes of a credential's id (CTAP 2.1 section 6.1.2) */
#define HASH_LEN       16

static bool path_of(const char *folder, struct bytes credential, char path[PATH_MAX],
		    struct problem *problem)
{
	char name[2 * HASH_LEN + sizeof(".vid")];
	uint8_t hash[32];

	if (credential.len == 0 || credential.len > CREDENTIAL_MAX) {
		problem_set(problem, "a credential's id has 1 to %d bytes",
			    CREDENTIAL_MAX);
		return false;
	}
	crypto_hash_sha256(hash, credential.at, credential.len);
	sodium_bin2hex(name, 2 * HASH_LEN + 1, hash, HASH_LEN);
	memcpy(name + (ptrdiff_t)2 * HASH_LEN, ".vid", sizeof(".vid"));
	if (path_join(path, PATH_MAX, folder, name))
		return true;
	problem_set(problem, "%s: the path is too long", folder);
	return false;
}

enum vid_reason tokens_load(const char *folder, struct bytes credential,
			    struct buffer *room, struct problem *problem)
{
	AUTO(blob_free) struct blob file = { 0 };
	char path[PATH_MAX];
	enum vid_reason why;

	if (!path_of(folder, credential, path, problem))
		return VID_INTERNAL;
	if ((why = file_read_secret(path, VID_TOKEN_MAX, &file, problem)) != VID_OK)
		return why;
	if (file.len == 0) {
		problem_set(problem, "%s: empty; vid key store writes it anew", path);
		return VID_STATE;
	}
	buffer_add(room, file.at, file.len);
	return room->full ? VID_TOKEN_TOO_LARGE : VID_OK;
}

enum vid_reason tokens_store(const char *folder, struct bytes credential,
			     struct bytes message, struct problem *problem)
{
	char path[PATH_MAX];

	if (message.len == 0)
		return VID_TOKEN_EMPTY;
	if (message.len > VID_TOKEN_MAX)
		return VID_TOKEN_TOO_LARGE;
	if (!path_of(folder, credential, path, problem))
		return VID_INTERNAL;
	/* no secret, but a pseudonym: for nobody else to read */
	return file_write(path, message, 0600, problem);
}

enum vid_reason tokens_remove(const char *folder, struct bytes credential,
			      struct problem *problem)
{
	char path[PATH_MAX];

	if (!path_of(folder, credential, path, problem))
		return VID_INTERNAL;
	return file_remove(path, problem);
}
