/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/holder.h"

#include <stdio.h>
#include <string.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "libvid/ini.h"
#include "libvid/rp_id.h"
#include "vid/cli.h"

/* A credential's id is longer than a line of an INI file may be. */
#define PART_LEN  80
#define PARTS_MAX ((HOLDER_CREDENTIAL_MAX + PART_LEN - 1) / PART_LEN)

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
	enum vid_reason why = file_read_untrusted(path, HOLDER_TEXT_MAX, &file, &problem);

	if (why == VID_OK)
		why = ini_read(bytes_of(file.at, file.len), path, entry, user, &problem);
	return why == VID_OK ? CLI_GO : cli_problem(why, &problem);
}

struct holder_file {
	struct holder *out;
	char public[129];    /* hex; its length depends on alg, which may follow it */
	unsigned parts_read; /* of the credential's id, which come in their order */
};

/* "credential", then "credential-2" and so on: which part is it? 0: none. */
static unsigned part_of(const char *key)
{
	static const char name[] = "credential";
	uint64_t number;

	if (strncmp(key, name, sizeof(name) - 1) != 0)
		return 0;
	key += sizeof(name) - 1;
	if (!*key)
		return 1;
	return *key == '-' && ini_unsigned(key + 1, PARTS_MAX, &number) && number > 1
		       ? (unsigned)number
		       : 0;
}

static const char *add_part(struct holder_file *file, unsigned part, const char *hex)
{
	struct holder *to = file->out;
	size_t len = strlen(hex) / 2;

	if (part != file->parts_read + 1 || to->credential_len % PART_LEN != 0)
		return "the parts of a credential have 80 bytes, the last may have "
		       "fewer, and come in their order";
	if (len == 0 || len > PART_LEN ||
	    len > sizeof(to->credential) - to->credential_len ||
	    !ini_hex(hex, to->credential + to->credential_len, len))
		return "not 1 to 80 bytes in hex";
	to->credential_len += len;
	file->parts_read = part;
	return NULL;
}

static const char *holder_entry(void *user, const char *section, const char *key,
				const char *value)
{
	struct holder_file *file = user;
	struct holder *to = file->out;
	unsigned part;

	if (strcmp(section, "holder") != 0)
		return "a holder key file has one section, [holder], not";
	if (!key)
		return NULL;
	if (strcmp(key, "alg") == 0) {
		to->key.alg = alg_of_name(value);
		return to->key.alg == KEY_NONE ? "alg is EdDSA or ES256; bad value of"
					       : NULL;
	}
	if (strcmp(key, "public") == 0)
		return ini_text(value, file->public, sizeof(file->public))
			       ? NULL
			       : "not a public key in hex:";
	if (strcmp(key, "rp-id") == 0)
		return rp_id_valid(value) && ini_text(value, to->rp_id, sizeof(to->rp_id))
			       ? NULL
			       : "not a DNS name in small letters";
	part = part_of(key);
	return part ? add_part(file, part, value) : "unknown key";
}

static int holder_judge(const char *path, const struct holder_file *file,
			struct holder *out)
{
	if (out->key.alg == KEY_NONE || !file->public[0])
		return cli_fail(_("%s: not a holder key file (vid wallet init writes "
				  "one): [holder] with alg and public is missing"),
				path);
	if (!ini_hex(file->public, out->key.at, public_key_len(&out->key)) ||
	    !public_key_check(&out->key))
		return cli_fail(_("%s: 'public' is not a valid %s key in hex"), path,
				alg_name(out->key.alg));
	if (!*out->rp_id != !out->credential_len)
		return cli_fail(_("%s: rp-id and credential belong together: vid key "
				  "enroll writes both"),
				path);
	return CLI_GO;
}

int holder_read(const char *path, struct holder *out)
{
	struct holder_file file = { .out = out };
	int code;

	*out = (struct holder){ .key.alg = KEY_NONE };
	code = read_ini(path, holder_entry, &file);
	if (code == CLI_GO)
		code = holder_judge(path, &file, out);
	if (code != CLI_GO)
		*out = (struct holder){ .key.alg = KEY_NONE };
	return code;
}

static void print_line(struct buffer *to, const char *key, const char *value)
{
	buffer_add(to, key, strlen(key));
	buffer_add(to, " = ", 3);
	buffer_add(to, value, strlen(value));
	buffer_add(to, "\n", 1);
}

static void print_credential(const struct holder *holder, struct buffer *to)
{
	char key[sizeof("credential-") + 10] = "credential", hex[2 * PART_LEN + 1];
	size_t done = 0;

	for (unsigned part = 2; done < holder->credential_len; part++) {
		size_t len = holder->credential_len - done;

		if (len > PART_LEN)
			len = PART_LEN;
		cli_to_hex(bytes_of(holder->credential + done, len), hex);
		print_line(to, key, hex);
		(void)snprintf(key, sizeof(key), "credential-%u", part);
		done += len;
	}
}

void holder_print(const struct holder *holder, struct buffer *to)
{
	static const char head[] = "[holder]\n";
	char hex[129];

	cli_to_hex(bytes_of(holder->key.at, public_key_len(&holder->key)), hex);
	buffer_add(to, head, sizeof(head) - 1);
	print_line(to, "alg", alg_name(holder->key.alg));
	print_line(to, "public", hex);
	if (*holder->rp_id)
		print_line(to, "rp-id", holder->rp_id);
	print_credential(holder, to);
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
