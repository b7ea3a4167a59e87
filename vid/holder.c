/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/holder.h"

#include <stdio.h>
#include <string.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "libvid/ini.h"
#include "vid/cli.h"

#define SMALL_FILE_MAX 4096

const char *alg_name(enum key_alg alg)
{
	return alg == KEY_ED25519 ? "EdDSA" : alg == KEY_P256 ? "ES256" : "none";
}

enum key_alg alg_of_name(const char *name)
{
	if (strcmp(name, "EdDSA") == 0)
		return KEY_ED25519;
	return strcmp(name, "ES256") == 0 ? KEY_P256 : KEY_NONE;
}

static int read_ini(const char *path, ini_entry *entry, void *user)
{
	AUTO(blob_free) struct blob file = { 0 };
	struct problem problem = { .text = "" };
	enum vid_reason why = file_read_untrusted(path, SMALL_FILE_MAX, &file, &problem);

	if (why == VID_OK)
		why = ini_read(bytes_of(file.at, file.len), path, entry, user, &problem);
	return why == VID_OK ? CLI_GO : cli_problem(why, &problem);
}

struct holder_file {
	enum key_alg alg;
	char public[129]; /* hex; its length depends on alg, which may follow it */
};

static const char *holder_entry(void *user, const char *section, const char *key,
				const char *value)
{
	struct holder_file *file = user;

	if (strcmp(section, "holder") != 0)
		return "a holder key file has one section, [holder], not";
	if (!key)
		return NULL;
	if (strcmp(key, "alg") == 0) {
		file->alg = alg_of_name(value);
		return file->alg == KEY_NONE ? "alg is EdDSA or ES256; bad value of"
					     : NULL;
	}
	if (strcmp(key, "public") == 0)
		return ini_text(value, file->public, sizeof(file->public))
			       ? NULL
			       : "not a public key in hex:";
	return "unknown key";
}

int holder_read(const char *path, struct public_key *out)
{
	struct holder_file file = { .alg = KEY_NONE };
	int code = read_ini(path, holder_entry, &file);

	if (code != CLI_GO)
		return code;
	*out = (struct public_key){ .alg = file.alg };
	if (file.alg == KEY_NONE || !file.public[0])
		return cli_fail(_("%s: not a holder key file (vid wallet init writes "
				  "one): [holder] with alg and public is missing"),
				path);
	if (!ini_hex(file.public, out->at, public_key_len(out)) || !public_key_check(out))
		return cli_fail(_("%s: 'public' is not a valid %s key in hex"), path,
				alg_name(file.alg));
	return CLI_GO;
}

void holder_print(const struct public_key *key, struct buffer *to)
{
	char hex[129], text[256];
	int len;

	cli_to_hex(bytes_of(key->at, public_key_len(key)), hex);
	len = snprintf(text, sizeof(text), "[holder]\nalg = %s\npublic = %s\n",
		       alg_name(key->alg), hex);
	buffer_add(to, text, (size_t)len);
}

struct reference_file {
	struct reference *out;
	bool has_digest, has_model, has_count;
};

static const char *reference_entry(void *user, const char *section, const char *key,
				   const char *value)
{
	struct reference_file *file = user;

	if (strcmp(section, "face") != 0)
		return "a face reference has one section, [face], not";
	if (!key)
		return NULL;
	if (strcmp(key, "digest") == 0) {
		file->has_digest =
			ini_hex(value, file->out->digest, sizeof(file->out->digest));
		return file->has_digest ? NULL : "64 hex digits are wanted for";
	}
	if (strcmp(key, "model") == 0) {
		file->has_model =
			ini_text(value, file->out->model, sizeof(file->out->model));
		return file->has_model ? NULL : "not a model id:";
	}
	if (strcmp(key, "count") == 0) {
		file->has_count =
			ini_unsigned(value, VID_REFERENCES_MAX, &file->out->count) &&
			file->out->count > 0;
		return file->has_count ? NULL : "a small number is wanted for";
	}
	return "unknown key";
}

int reference_read(const char *path, struct reference *out)
{
	struct reference_file file = { .out = out };
	int code;

	*out = (struct reference){ .count = 0 };
	code = read_ini(path, reference_entry, &file);
	if (code != CLI_GO)
		return code;
	if (!file.has_digest || !file.has_model || !file.has_count)
		return cli_fail(_("%s: not a face reference (vid face enroll writes "
				  "one): [face] with digest, model and count is "
				  "missing"),
				path);
	return CLI_GO;
}
