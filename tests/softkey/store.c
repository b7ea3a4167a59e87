/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/softkey/store.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libvid/cleanup.h"

#define MAGIC 0x53464b31U /* "SFK1" */

void store_reset_blobs(struct store *store)
{
	uint8_t digest[32];

	store->blobs[0] = 0x80;
	SHA256(store->blobs, 1, digest);
	memcpy(store->blobs + 1, digest, 16);
	store->blobs_len = 17;
}

void store_reset(struct store *store)
{
	memset(store, 0, sizeof(*store));
	store->magic = MAGIC;
	store->size = sizeof(*store);
	store->pin_tries = PIN_TRIES;
	store->uv_tries = UV_TRIES;
	if (RAND_bytes(store->master, sizeof(store->master)) != 1)
		errx(2, "no random bytes");
	store_reset_blobs(store);
}

void store_open(struct store *store, const char *file)
{
	AUTO_CLOSE int fd = file ? open(file, O_RDONLY | O_CLOEXEC) : -1;

	store_reset(store);
	if (fd < 0) {
		if (file && errno != ENOENT)
			err(2, "%s", file);
		return;
	}
	if (read(fd, store, sizeof(*store)) != (ssize_t)sizeof(*store) ||
	    store->magic != MAGIC || store->size != sizeof(*store) ||
	    store->count > STORE_SLOTS || store->blobs_len > STORE_BLOBS)
		errx(2, "%s: not the state of this softkey", file);
}

void store_save(const struct store *store, const char *file)
{
	AUTO_CLOSE int fd = -1;
	char new[PATH_MAX];

	if (!file)
		return;
	if (snprintf(new, sizeof(new), "%s.new", file) >= (int)sizeof(new))
		errx(2, "%s: too long", file);
	fd = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, store, sizeof(*store)) != (ssize_t)sizeof(*store) ||
	    rename(new, file) < 0)
		err(2, "%s", new);
}

void store_remove(struct store *store, uint32_t at)
{
	store->count--;
	memmove(store->resident + at, store->resident + at + 1,
		(store->count - at) * sizeof(store->resident[0]));
}

void store_text(char to[65], struct bytes text)
{
	size_t len = text.len;

	if (len > 64) {
		len = 64;
		while (len && (text.at[len] & 0xc0) == 0x80)
			len--;
	}
	if (len)
		memcpy(to, text.at, len);
	to[len] = '\0';
}
