/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/issuer_dir.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "libvid/issuer_export.h"
#include "libvid/rp_id.h"
#include "vid/cli.h"
#include "vid/holder.h"
#include "vid/sealed.h"

int issuer_dir_paths(const char *dir, struct issuer_dir *out)
{
	if (path_join(out->key, sizeof(out->key), dir, "issuer.key") &&
	    path_join(out->conf, sizeof(out->conf), dir, "issuer.conf") &&
	    path_join(out->fresh, sizeof(out->fresh), dir, "issuer.key.new"))
		return CLI_GO;
	return cli_fail(_("the file name is too long"));
}

struct issuer_key *issuer_key_of(struct issuer *issuer, const struct public_key *key)
{
	size_t len = public_key_len(key);

	for (size_t i = 0; i < issuer->key_count; i++)
		if (issuer->key[i].public.alg == key->alg &&
		    bytes_equal(bytes_of(issuer->key[i].public.at, len),
				bytes_of(key->at, len)))
			return &issuer->key[i];
	return NULL;
}

int issuer_dir_read(const struct issuer_dir *paths, struct issuer *out)
{
	AUTO(blob_free) struct blob file = { 0 };
	struct problem problem = { .text = "" };
	struct public_key public;
	enum vid_reason why;
	int code;

	why = file_read_untrusted(paths->conf, VID_CONFIG_FILE_MAX, &file, &problem);
	if (why == VID_OK)
		why = issuer_parse(bytes_of(file.at, file.len), paths->conf, out,
				   &problem);
	if (why != VID_OK)
		return cli_problem(why, &problem);
	if ((code = sealed_public(paths->key, "issuer", &public)) != CLI_GO)
		return code;
	if (!issuer_key_of(out, &public))
		return cli_fail(_("%s does not name the key in %s"), paths->conf,
				paths->key);
	return CLI_GO;
}

char *issuer_text(const struct issuer *issuer, size_t *len)
{
	char *text = NULL;
	FILE *to = open_memstream(&text, len);

	if (!to)
		return NULL;
	issuer_print(issuer, to);
	if (fclose(to) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

static bool print_signed(const struct issuer *issuer,
			 const struct keyfile_key *const *signers, size_t count, FILE *to)
{
	AUTO_FREE char *content = NULL;
	size_t len = 0;
	FILE *memory = open_memstream(&content, &len);
	bool good = memory != NULL;

	if (!memory)
		return false;
	issuer_export_print(issuer, memory);
	if (fclose(memory) != 0)
		return false;
	fwrite(content, 1, len, to);
	for (size_t i = 0; i < count; i++)
		good = good &&
		       issuer_export_sign(bytes_of(content, len), &signers[i]->public,
					  signers[i]->secret, to);
	return good;
}

int issuer_dir_write(const struct issuer_dir *paths, struct issuer *issuer,
		     const struct keyfile_key *const *signers, size_t count)
{
	AUTO_FREE char *text = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&text, &len);
	bool good;

	issuer->serial++;
	if (!to)
		return cli_fail(_("not enough memory"));
	good = print_signed(issuer, signers, count, to);
	if (fclose(to) != 0 || !good)
		return cli_fail(_("not enough memory"));
	return cli_write(paths->conf, bytes_of(text, len), 0644, true) == CLI_YES
		       ? CLI_GO
		       : CLI_FAILED;
}

void issuer_fingerprint(const struct public_key *key, char out[65])
{
	uint8_t digest[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(digest, key->at, public_key_len(key));
	cli_to_hex(bytes_of(digest, sizeof(digest)), out);
}

void issuer_print_keys(const struct issuer *issuer)
{
	for (size_t i = 0; i < issuer->key_count; i++) {
		char kid[2 * VID_KID_LEN + 1], fingerprint[65];

		cli_to_hex(bytes_of(issuer->key[i].kid, VID_KID_LEN), kid);
		issuer_fingerprint(&issuer->key[i].public, fingerprint);
		printf(_("  key %s, %s, fingerprint SHA256:%s\n"), kid,
		       alg_name(issuer->key[i].public.alg), fingerprint);
		if (issuer->key[i].revoked) {
			puts(_("    revoked: what it signed counts for nothing"));
		} else if (issuer->key[i].not_after) {
			char end[64];

			cli_time(issuer->key[i].not_after, end);
			printf(_("    what says that it was signed after %s is "
				 "refused\n"),
			       end);
		}
		if (issuer->key[i].use != KEY_USE_BOTH)
			printf(_("    signs %s alone\n"),
			       key_use_name(issuer->key[i].use));
	}
}

static json_t *keys_json(const struct issuer *issuer)
{
	json_t *list = json_array();

	for (size_t i = 0; i < issuer->key_count; i++) {
		const struct issuer_key *key = &issuer->key[i];
		char kid[2 * VID_KID_LEN + 1], fingerprint[65];
		json_t *entry;

		cli_to_hex(bytes_of(key->kid, VID_KID_LEN), kid);
		issuer_fingerprint(&key->public, fingerprint);
		entry = json_pack("{s:s, s:s, s:s}", "kid", kid, "alg",
				  alg_name(key->public.alg), "sha256", fingerprint);
		if (key->not_before)
			json_object_set_new(entry, "not_before",
					    json_integer(key->not_before));
		if (key->not_after)
			json_object_set_new(entry, "not_after",
					    json_integer(key->not_after));
		if (key->revoked)
			json_object_set_new(entry, "revoked", json_true());
		if (key->use != KEY_USE_BOTH)
			json_object_set_new(entry, "use",
					    json_string(key_use_name(key->use)));
		json_array_append_new(list, entry);
	}
	return list;
}

json_t *issuer_record_json(const struct issuer *issuer)
{
	json_t *out = json_pack("{s:s, s:s, s:s, s:s, s:I, s:o}", "alias", issuer->alias,
				"iss", issuer->iss, "realm", issuer->realm, "status",
				status_name(issuer->status), "max_lifetime",
				(json_int_t)issuer_token_lifetime(issuer), "keys",
				keys_json(issuer));

	if (out && *issuer->rp_id)
		json_object_set_new(out, "rp_id", json_string(issuer->rp_id));
	return out;
}

const char *status_name(enum status_policy status)
{
	return status == STATUS_NONE   ? "none"
	       : status == STATUS_SOFT ? "soft"
				       : "required";
}

bool status_of_name(const char *name, enum status_policy *out)
{
	static const enum status_policy all[] = { STATUS_REQUIRED, STATUS_SOFT,
						  STATUS_NONE };

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (strcmp(name, status_name(all[i])) == 0) {
			*out = all[i];
			return true;
		}
	cli_fail(_("--status takes required, soft or none, not '%s'"), name);
	return false;
}

/* What a line of an issuer's file gives back as it is. */
static bool is_plain(const char *value, size_t size, char lowest)
{
	size_t len = strlen(value);
	bool plain = len > 0 && len < size && value[0] != ' ' && value[len - 1] != ' ';

	for (const char *c = value; plain && *c; c++)
		plain = *c >= lowest && *c < 0x7f && *c != '"' && *c != ';' && *c != '#';
	return plain;
}

bool issuer_uri(const char *option, const char *value, char *out, size_t size)
{
	if (!strchr(value, ':') || !is_plain(value, size, '!') ||
	    !bytes_to_text(bytes_of_text(value), out, size)) {
		cli_fail(_("%s takes a URI of at most %zu bytes, such as "
			   "https://id.example.org or realm:example.org, not '%s'"),
			 option, size - 1, value);
		return false;
	}
	return true;
}

bool issuer_name(const char *option, const char *value, char *out, size_t size)
{
	if (strchr(value, ':'))
		return issuer_uri(option, value, out, size);
	if (!is_plain(value, size, ' ') ||
	    !bytes_to_text(bytes_of_text(value), out, size)) {
		cli_fail(_("%s takes the issuer's name as its documents have it, at most "
			   "%zu printable bytes, such as https://id.example.org or "
			   "www.example.org, not '%s'"),
			 option, size - 1, value);
		return false;
	}
	return true;
}

bool issuer_rp_id(const char *value, char out[VID_RP_ID_MAX + 1])
{
	if (rp_id_valid(value) && strlen(value) <= RP_ID_LINE_MAX &&
	    bytes_to_text(bytes_of_text(value), out, VID_RP_ID_MAX + 1))
		return true;
	cli_fail(_("--rp-id takes a DNS name in small letters of at most %d bytes, such "
		   "as "
		   "example.org, not '%s'"),
		 RP_ID_LINE_MAX, value);
	return false;
}
