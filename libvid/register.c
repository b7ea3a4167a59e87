/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/register.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>

#include "libvid/cleanup.h"
#include "libvid/ini.h"
#include "libvid/output_folder.h"
#include "libvid/statuses.h"

#define LOCK_SECONDS 30
#define GIVEN        0x80
#define CTI_KEPT     16
#define TRIES        64 /* without a free place: nine of ten are taken */
#define SCAN         65536

static enum vid_reason fault(struct problem *problem, const char *path)
{
	problem_set(problem, "%s: %s", path, strerror(errno));
	return VID_FILE_IO;
}

static void folder_close(DIR **folder)
{
	if (*folder)
		(void)closedir(*folder);
}

void register_close(struct status_register *reg)
{
	cleanup_close(&reg->values);
	cleanup_close(&reg->ctis);
	cleanup_close(&reg->held);
	*reg = (struct status_register)REGISTER_CLOSED;
}

/* The name of the only list in `all`; VID_FILE_MISSING or VID_CONFIG otherwise. */
static enum vid_reason only_one(const char *all, char name[STATUSES_NAME_SIZE],
				struct problem *problem)
{
	AUTO(folder_close) DIR *folder = opendir(all);
	const struct dirent *entry;
	bool found = false;

	while (folder && (entry = readdir(folder))) {
		if (strlen(entry->d_name) != STATUSES_NAME_SIZE - 1)
			continue;
		if (found) {
			problem_set(problem,
				    "%s: there are several lists; say which by "
				    "its uri",
				    all);
			return VID_CONFIG;
		}
		found = bytes_to_text(bytes_of_text(entry->d_name), name,
				      STATUSES_NAME_SIZE);
	}
	if (!found)
		problem_set(problem, "%s: no token was given a place in a list yet", all);
	return found ? VID_OK : VID_FILE_MISSING;
}

static enum vid_reason make_folder(const char *path, struct problem *problem)
{
	return output_folder_make(path, 0700) == 0 || errno == EEXIST
		       ? VID_OK
		       : fault(problem, path);
}

/* The uri that the folder is for. */
static enum vid_reason uri_settle(const char *folder, const char *uri, bool create,
				  struct status_register *out, struct problem *problem)
{
	AUTO(blob_free) struct blob file = { 0 };
	char path[PATH_MAX];
	enum vid_reason why;

	if (!path_join(path, sizeof(path), folder, "uri"))
		return VID_INTERNAL;
	why = file_read_untrusted(path, VID_URI_MAX, &file, problem);
	if (why == VID_FILE_MISSING && create) {
		if ((why = make_folder(folder, problem)) != VID_OK)
			return why;
		why = file_write(path, bytes_of_text(uri), 0600, problem);
		if (why == VID_OK)
			why = file_read_untrusted(path, VID_URI_MAX, &file, problem);
	}
	if (why != VID_OK)
		return why;
	if (!bytes_to_text(bytes_of(file.at, file.len), out->uri, sizeof(out->uri)) ||
	    (uri && strcmp(uri, out->uri) != 0)) {
		problem_set(problem, "%s: another list's", path);
		return VID_STATE;
	}
	return VID_OK;
}

static enum vid_reason files_open(const char *folder, struct status_register *out,
				  struct problem *problem)
{
	static const char *const names[] = { "values", "ctis" };
	int *const fds[] = { &out->values, &out->ctis };
	char path[PATH_MAX];
	struct stat found;

	for (size_t i = 0; i < 2; i++) {
		if (!path_join(path, sizeof(path), folder, names[i]))
			return VID_INTERNAL;
		*fds[i] = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (*fds[i] < 0 || fstat(*fds[i], &found) < 0)
			return fault(problem, path);
		if (i == 0 && found.st_size == 0) {
			found.st_size = (off_t)REGISTER_START;
			if (ftruncate(*fds[i], found.st_size) < 0)
				return fault(problem, path);
		}
		if (i == 0)
			out->size = (uint64_t)found.st_size;
	}
	if (!path_join(out->published, sizeof(out->published), folder, "published"))
		return VID_INTERNAL;
	return VID_OK;
}

enum vid_reason register_open(const char *dir, const char *uri, bool create,
			      struct status_register *out, struct problem *problem)
{
	AUTO(register_close) struct status_register reg = REGISTER_CLOSED;
	char all[PATH_MAX], folder[PATH_MAX], path[PATH_MAX], name[STATUSES_NAME_SIZE];
	enum vid_reason why = VID_OK;

	*out = reg;
	if (!path_join(all, sizeof(all), dir, "status") ||
	    !path_join(path, sizeof(path), all, "lock"))
		return VID_INTERNAL;
	if (uri)
		statuses_name(bytes_of_text(uri), name);
	else
		why = only_one(all, name, problem);
	if (why == VID_OK && create)
		why = make_folder(all, problem);
	if (why != VID_OK)
		return why;
	if (!path_join(folder, sizeof(folder), all, name))
		return VID_INTERNAL;
	reg.held = file_lock(path, LOCK_SECONDS);
	if (reg.held < 0)
		return errno == ENOENT ? VID_FILE_MISSING : fault(problem, path);
	if ((why = uri_settle(folder, uri, create, &reg, problem)) != VID_OK ||
	    (why = files_open(folder, &reg, problem)) != VID_OK)
		return why;
	*out = reg;
	reg = (struct status_register)REGISTER_CLOSED;
	return VID_OK;
}

static void cti_hash(const uint8_t cti[VID_CTI_LEN], uint8_t out[CTI_KEPT])
{
	uint8_t digest[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(digest, cti, VID_CTI_LEN);
	memcpy(out, digest, CTI_KEPT);
}

static bool byte_at(const struct status_register *reg, uint64_t idx, uint8_t *byte)
{
	return idx < reg->size && pread(reg->values, byte, 1, (off_t)idx) == 1;
}

static bool byte_put(const struct status_register *reg, uint64_t idx, uint8_t byte)
{
	return pwrite(reg->values, &byte, 1, (off_t)idx) == 1 &&
	       fdatasync(reg->values) == 0;
}

static enum vid_reason grow(struct status_register *reg, uint64_t size,
			    struct problem *problem)
{
	if (size > REGISTER_MOST) {
		problem_set(problem, "%s: the list is full; start another", reg->uri);
		return VID_STATUS_LIMIT;
	}
	if (ftruncate(reg->values, (off_t)size) < 0)
		return fault(problem, reg->uri);
	reg->size = size;
	return VID_OK;
}

/* The id is there before the place is given: what is given can be found. */
static enum vid_reason give(struct status_register *reg, const uint8_t *cti, uint64_t idx,
			    uint8_t byte, struct problem *problem)
{
	uint8_t hash[CTI_KEPT];

	cti_hash(cti, hash);
	if (pwrite(reg->ctis, hash, sizeof(hash), (off_t)(idx * CTI_KEPT)) !=
		    sizeof(hash) ||
	    fdatasync(reg->ctis) < 0 || !byte_put(reg, idx, byte))
		return fault(problem, reg->uri);
	return VID_OK;
}

enum vid_reason register_take(struct status_register *reg, const uint8_t cti[VID_CTI_LEN],
			      uint64_t *idx, struct problem *problem)
{
	enum vid_reason why;
	uint8_t byte;

	for (unsigned tries = 0;; tries++) {
		if (tries == TRIES) {
			why = grow(reg,
				   reg->size < REGISTER_MOST &&
						   reg->size * 2 > REGISTER_MOST
					   ? REGISTER_MOST
					   : reg->size * 2,
				   problem);
			if (why != VID_OK)
				return why;
			tries = 0;
		}
		*idx = randombytes_uniform((uint32_t)reg->size);
		if (!byte_at(reg, *idx, &byte))
			return fault(problem, reg->uri);
		if (!(byte & GIVEN))
			return give(reg, cti, *idx, GIVEN | REGISTER_VALID, problem);
	}
}

enum vid_reason register_take_at(struct status_register *reg,
				 const uint8_t cti[VID_CTI_LEN], uint64_t idx,
				 bool *before, struct problem *problem)
{
	uint64_t size = reg->size;
	enum vid_reason why;
	uint8_t byte;

	if (idx >= REGISTER_MOST) {
		problem_set(problem, "a list has at most %" PRIu64 " places",
			    REGISTER_MOST);
		return VID_STATUS_RANGE;
	}
	while (size <= idx)
		size *= 2;
	if (size != reg->size && (why = grow(reg, size, problem)) != VID_OK)
		return why;
	if (!byte_at(reg, idx, &byte))
		return fault(problem, reg->uri);
	*before = (byte & GIVEN) != 0;
	/* What was revoked here stays so. */
	return give(reg, cti, idx, byte | GIVEN, problem);
}

enum vid_reason register_find(struct status_register *reg, const uint8_t cti[VID_CTI_LEN],
			      uint64_t *idx, struct problem *problem)
{
	AUTO_FREE uint8_t *room = malloc(SCAN);
	uint8_t hash[CTI_KEPT], byte;
	ssize_t got;

	cti_hash(cti, hash);
	for (off_t at = 0; room && (got = pread(reg->ctis, room, SCAN, at)) > 0;
	     at += got) {
		for (ssize_t i = 0; i + CTI_KEPT <= got; i += CTI_KEPT) {
			*idx = (uint64_t)(at + i) / CTI_KEPT;
			if (memcmp(room + i, hash, CTI_KEPT) == 0 && /* public */
			    byte_at(reg, *idx, &byte) && (byte & GIVEN))
				return VID_OK;
		}
		got -= got % CTI_KEPT;
		if (got == 0)
			break;
	}
	problem_set(problem, "%s: no place was given to that token", reg->uri);
	return VID_STATUS_RANGE;
}

enum vid_reason register_get(const struct status_register *reg, uint64_t idx,
			     enum register_value *value, struct problem *problem)
{
	uint8_t byte = 0;

	if (!byte_at(reg, idx, &byte) || !(byte & GIVEN)) {
		problem_set(problem, "%s: place %" PRIu64 " was never given", reg->uri,
			    idx);
		return VID_STATUS_RANGE;
	}
	*value = (enum register_value)(byte & ~GIVEN);
	return VID_OK;
}

enum vid_reason register_check(const struct status_register *reg, uint64_t idx,
			       const uint8_t cti[VID_CTI_LEN], struct problem *problem)
{
	uint8_t hash[CTI_KEPT], kept[CTI_KEPT];
	enum register_value value;
	enum vid_reason why = register_get(reg, idx, &value, problem);

	if (why != VID_OK)
		return why;
	cti_hash(cti, hash);
	if (pread(reg->ctis, kept, sizeof(kept), (off_t)(idx * CTI_KEPT)) ==
		    sizeof(kept) &&
	    bytes_equal(bytes_of(hash, sizeof(hash)), bytes_of(kept, sizeof(kept))))
		return VID_OK;
	problem_set(problem, "%s: place %" PRIu64 " was given to another token", reg->uri,
		    idx);
	return VID_STATUS_RANGE;
}

enum vid_reason register_set(struct status_register *reg, uint64_t idx,
			     enum register_value value, struct problem *problem)
{
	enum register_value before;
	enum vid_reason why = register_get(reg, idx, &before, problem);

	if (why != VID_OK)
		return why;
	return byte_put(reg, idx, (uint8_t)(GIVEN | value)) ? VID_OK
							    : fault(problem, reg->uri);
}

int64_t register_published(const struct status_register *reg)
{
	AUTO(blob_free) struct blob file = { 0 };
	uint64_t iat;

	if (file_read_untrusted(reg->published, 32, &file, NULL) != VID_OK ||
	    !ini_unsigned((const char *)file.at, VID_TIME_MAX, &iat))
		return 0;
	return (int64_t)iat;
}

enum vid_reason register_set_published(const struct status_register *reg, int64_t iat,
				       struct problem *problem)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%" PRId64, iat);
	return file_write(reg->published, bytes_of_text(text), 0600, problem);
}
