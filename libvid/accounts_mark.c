/* SPDX-License-Identifier: BSD-2-Clause */
/* The mark that there ever was an index, and of which generation. */
#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>

#include "libvid/accounts_mark.h"
#include "libvid/accounts_state.h"
#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "libvid/output_folder.h"
#include "libvid/paths.h"

#define MARK_PURPOSE "vid-index-mark"
#define MARK_MAGIC   "vid-index-mark 1 "
#define MARK_MAX     256

bool accounts_mark_path(const char *index_path, char *to, size_t size)
{
	int len = strcmp(index_path, PATH_INDEX) == 0
			  ? snprintf(to, size, "%s/accounts", PATH_ANCHOR)
			  : snprintf(to, size, "%s.mark", index_path);

	return len > 0 && (size_t)len < size;
}

/* vid-index-mark 1 GENERATION MAC */
static bool mark_parse(struct bytes text, const struct hostkey *key, uint64_t *generation)
{
	size_t magic = sizeof(MARK_MAGIC) - 1;
	uint8_t mac[32];
	size_t head;

	if (text.len <= magic + 65 || text.at[text.len - 1] != '\n' ||
	    memcmp(text.at, MARK_MAGIC, magic) != 0)
		return false;
	head = text.len - 65;
	return text.at[head - 1] == ' ' &&
	       sodium_hex2bin(mac, sizeof(mac), (const char *)text.at + head, 64, NULL,
			      NULL, NULL) == 0 &&
	       hostkey_mac_verify(key, MARK_PURPOSE, bytes_of(text.at, head), mac) &&
	       index_number(bytes_of(text.at + magic, head - 1 - magic), UINT64_MAX,
			    generation);
}

enum vid_reason accounts_mark_read(const char *index_path, const struct hostkey *key,
				   uint64_t *generation, struct problem *problem)
{
	AUTO(blob_free) struct blob text = { 0 };
	char path[PATH_MAX];
	enum vid_reason why;

	*generation = 0;
	if (!accounts_mark_path(index_path, path, sizeof(path)))
		return problem_set(problem, "the path is too long: %s", index_path),
		       VID_FILE_IO;
	if ((why = file_read_trusted(path, MARK_MAX, &text, problem)) != VID_OK)
		return why;
	if (mark_parse(bytes_of(text.at, text.len), key, generation))
		return VID_OK;
	*generation = 0;
	problem_set(problem,
		    "%s: damaged, or another host's: vid account compile --recover",
		    path);
	return VID_STATE;
}

enum vid_reason accounts_mark_write(const char *index_path, const struct hostkey *key,
				    uint64_t generation, struct problem *problem)
{
	char path[PATH_MAX], text[MARK_MAX], hex[65];
	uint8_t mac[32];
	int len = snprintf(text, sizeof(text), MARK_MAGIC "%" PRIu64 " ", generation);

	if (!accounts_mark_path(index_path, path, sizeof(path)))
		return problem_set(problem, "the path is too long: %s", index_path),
		       VID_FILE_IO;
	if (strcmp(index_path, PATH_INDEX) == 0 &&
	    output_folder_make(PATH_ANCHOR, 0700) < 0 && errno != EEXIST)
		return problem_set(problem, "%s: %m", PATH_ANCHOR), VID_FILE_IO;
	hostkey_mac(key, MARK_PURPOSE, bytes_of(text, (size_t)len), mac);
	sodium_bin2hex(hex, sizeof(hex), mac, sizeof(mac));
	len += snprintf(text + len, sizeof(text) - (size_t)len, "%s\n", hex);
	return file_write(path, bytes_of(text, (size_t)len), 0600, problem);
}
