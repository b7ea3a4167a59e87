/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "pam_vid/catalogue.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libvid/cleanup.h"

#define MO_MAGIC 0x950412deu
#define MO_HEAD  20 /* bytes that are read of the header */
#define MO_ENTRY 8  /* bytes: a length and an offset */

/* --- the format -----------------------------------------------------------------------
 */

/* A 32-bit number. False: it is not whole inside the file. */
static bool number_at(struct bytes file, uint64_t at, uint32_t *out)
{
	if (at > file.len || file.len - at < 4)
		return false;
	*out = (uint32_t)file.at[at] | (uint32_t)file.at[at + 1] << 8 |
	       (uint32_t)file.at[at + 2] << 16 | (uint32_t)file.at[at + 3] << 24;
	return true;
}

/* The string of entry `index` of a table. It lies behind the header, and a NUL byte,
 * which its length does not count, follows inside the file. */
static bool string_at(struct bytes file, uint32_t table, uint32_t index,
		      struct bytes *out)
{
	uint64_t entry = (uint64_t)table + (uint64_t)index * MO_ENTRY;
	uint32_t len, at;

	if (!number_at(file, entry, &len) || !number_at(file, entry + 4, &at))
		return false;
	if (at < MO_HEAD || at >= file.len || len >= file.len - at ||
	    file.at[at + len] != 0)
		return false;
	*out = bytes_of(file.at + at, len);
	return true;
}

bool catalogue_find(struct bytes file, const char *msgid, struct bytes *out)
{
	const struct bytes wanted = bytes_of_text(msgid);
	uint32_t magic, revision, count, originals, translations;
	struct bytes found;

	*out = bytes_of(NULL, 0);
	if (file.len < MO_HEAD || !number_at(file, 0, &magic) || magic != MO_MAGIC ||
	    !number_at(file, 4, &revision) || revision != 0 ||
	    !number_at(file, 8, &count) || !number_at(file, 12, &originals) ||
	    !number_at(file, 16, &translations))
		return false;
	if (count > file.len / MO_ENTRY || !wanted.len)
		return false;
	/* One after the other: a table that is not sorted hides nothing, and a few
	 * hundred entries take no time. */
	for (uint32_t i = 0; i < count; i++) {
		if (!string_at(file, originals, i, &found))
			return false;
		if (!bytes_equal(found, wanted))
			continue;
		if (!string_at(file, translations, i, &found) || !found.len ||
		    memchr(found.at, 0, found.len))
			return false;
		*out = found;
		return true;
	}
	return false;
}

/* --- the language ---------------------------------------------------------------------
 */

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* ISO 639 and ISO 3166: "de", "gsw", "de_AT". Nothing else goes into a path. */
bool catalogue_language(const char *locale, bool territory, char to[CATALOGUE_LANG_MAX])
{
	size_t len = 0, more = 0;

	to[0] = '\0';
	while (len < 4 && is_lower(locale[len]))
		len++;
	if (len < 2 || len > 3)
		return false;
	if (locale[len] == '_') {
		while (more < 3 && is_upper(locale[len + 1 + more]))
			more++;
		if (more != 2)
			return false;
		more++;
	}
	if (locale[len + more] && locale[len + more] != '.' && locale[len + more] != '@')
		return false;
	if (territory && !more)
		return false;
	if (territory)
		len += more;
	memcpy(to, locale, len);
	to[len] = '\0';
	return true;
}

/* --- the file -------------------------------------------------------------------------
 */

/* O_NONBLOCK: a FIFO must not hold up a login. */
static int open_catalogue(const char *language, size_t *size)
{
	char path[sizeof(VID_LOCALEDIR) + CATALOGUE_LANG_MAX +
		  sizeof("//LC_MESSAGES/vid.mo")];
	AUTO_CLOSE int fd = -1;
	struct stat status;

	(void)snprintf(path, sizeof(path), "%s/%s/LC_MESSAGES/vid.mo", VID_LOCALEDIR,
		       language);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, &status) < 0 || !S_ISREG(status.st_mode) ||
	    (status.st_uid != 0 && status.st_uid != geteuid()) ||
	    (status.st_mode & (S_IWGRP | S_IWOTH)) || status.st_size <= 0 ||
	    status.st_size > CATALOGUE_MAX)
		return -1;
	*size = (size_t)status.st_size;
	return TAKE_FD(fd);
}

/* Read, not mapped: a file that is cut meanwhile would end the program by SIGBUS. */
static uint8_t *read_catalogue(const char *language, size_t *len)
{
	AUTO_FREE uint8_t *text = NULL;
	AUTO_CLOSE int fd = -1;
	size_t size, got = 0;
	ssize_t part;

	fd = open_catalogue(language, &size);
	if (fd < 0 || !(text = malloc(size)))
		return NULL;
	while (got < size) {
		part = read(fd, text + got, size - got);
		if (part < 0 && errno == EINTR)
			continue;
		if (part <= 0)
			return NULL;
		got += (size_t)part;
	}
	*len = size;
	return TAKE_PTR(text);
}

static char *translate_to(const char *language, const char *msgid)
{
	AUTO_FREE uint8_t *text = NULL;
	struct bytes found;
	size_t len = 0;

	text = read_catalogue(language, &len);
	if (!text || !catalogue_find(bytes_of(text, len), msgid, &found))
		return NULL;
	return strndup((const char *)found.at, found.len);
}

char *catalogue_translate(const char *locale, const char *msgid)
{
	char language[CATALOGUE_LANG_MAX];
	char *text = NULL;

	if (catalogue_language(locale, true, language))
		text = translate_to(language, msgid);
	if (!text && catalogue_language(locale, false, language))
		text = translate_to(language, msgid);
	return text;
}
