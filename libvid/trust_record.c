/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/trust_record.h"

#include <inttypes.h>
#include <limits.h>
#include <sodium.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "libvid/ini.h"

#define ID_LEN 8

static bool record_alloc(struct trust_record *out)
{
	out->issuer = calloc(TRUST_RECORD_ISSUERS_MAX, sizeof(*out->issuer));
	out->key = calloc(TRUST_RECORD_KEYS_MAX, sizeof(*out->key));
	return out->issuer && out->key;
}

void trust_record_free(struct trust_record *record)
{
	free(record->issuer);
	free(record->key);
	*record = (struct trust_record){ 0 };
}

/* --- read --------------------------------------------------------------------- */

static const char *open_entry(struct trust_record *record, const char *section)
{
	if (strncmp(section, "issuer ", 7) == 0)
		return record->issuer_count++ < TRUST_RECORD_ISSUERS_MAX
			       ? NULL
			       : "too many issuers";
	if (strncmp(section, "key ", 4) == 0)
		return record->key_count++ < TRUST_RECORD_KEYS_MAX ? NULL
								   : "too many keys";
	return "unknown section";
}

static const char *set_issuer(struct trust_issuer *issuer, const char *key,
			      const char *value)
{
	uint64_t number;

	if (strcmp(key, "iss") == 0)
		return ini_text(value, issuer->iss, sizeof(issuer->iss))
			       ? NULL
			       : "iss is empty or too long";
	if (strcmp(key, "content") == 0)
		return ini_hex(value, issuer->content, sizeof(issuer->content))
			       ? NULL
			       : "content must be 64 hex digits";
	if (strcmp(key, "serial") != 0 && strcmp(key, "untrusted") != 0)
		return "unknown key in [issuer]";
	if (!ini_unsigned(value, VID_TIME_MAX, &number) || number == 0)
		return "not a number above 0";
	if (key[0] == 's')
		issuer->serial = number;
	else
		issuer->untrusted = (int64_t)number;
	return NULL;
}

static const char *set_key(struct trust_key *key, const char *name, const char *value)
{
	if (strcmp(name, "alg") == 0) {
		key->public.alg = strcmp(value, "EdDSA") == 0   ? KEY_ED25519
				  : strcmp(value, "ES256") == 0 ? KEY_P256
								: KEY_NONE;
		return key->public.alg == KEY_NONE ? "alg must be EdDSA or ES256" : NULL;
	}
	if (strcmp(name, "public") == 0)
		return key->public.alg != KEY_NONE &&
				       ini_hex(value, key->public.at,
					       public_key_len(&key->public))
			       ? NULL
			       : "public must follow alg, in hex";
	if (strcmp(name, "revoked") == 0)
		return ini_bool(value, &key->revoked) ? NULL : "not yes or no";
	if (strcmp(name, "untrusted") == 0)
		return ini_bool(value, &key->untrusted) ? NULL : "not yes or no";
	return "unknown key in [key]";
}

static const char *on_entry(void *user, const char *section, const char *key,
			    const char *value)
{
	struct trust_record *record = user;

	if (!key)
		return open_entry(record, section);
	if (section[0] == 'i')
		return set_issuer(&record->issuer[record->issuer_count - 1], key, value);
	return set_key(&record->key[record->key_count - 1], key, value);
}

/* An entry that names nothing would be a revocation that is lost. */
static bool is_whole(const struct trust_record *record)
{
	static const uint8_t none[64];

	for (size_t i = 0; i < record->issuer_count; i++)
		if (!record->issuer[i].iss[0])
			return false;
	for (size_t i = 0; i < record->key_count; i++)
		if (memcmp(record->key[i].public.at, none, sizeof(none)) ==
		    0) /* public */
			return false;
	return true;
}

static enum vid_reason record_parse(struct bytes text, const char *path,
				    struct trust_record *out, struct problem *problem)
{
	enum vid_reason why = ini_read(text, path, on_entry, out, problem);

	if (why != VID_OK)
		return why;
	if (is_whole(out))
		return VID_OK;
	problem_set(problem, "%s: an entry has no iss or no public key", path);
	return VID_CONFIG;
}

enum vid_reason trust_record_load(const char *folder, struct trust_record *out,
				  struct problem *problem)
{
	AUTO(trust_record_free) struct trust_record record = { 0 };
	AUTO(blob_free) struct blob file = { 0 };
	struct problem missing = { .text = "" };
	char path[PATH_MAX];
	enum vid_reason why;

	*out = record;
	if (!record_alloc(&record) ||
	    !path_join(path, sizeof(path), folder, TRUST_RECORD_FILE))
		return VID_INTERNAL;
	why = file_read_trusted(path, VID_CONFIG_FILE_MAX, &file, &missing);
	if (why == VID_OK)
		why = record_parse(bytes_of(file.at, file.len), path, &record, &missing);
	if (why != VID_OK && why != VID_FILE_MISSING) {
		problem_set(problem, "%s", missing.text);
		return why;
	}
	*out = record;
	record = (struct trust_record){ 0 };
	return VID_OK;
}

/* --- written ------------------------------------------------------------------ */

static void print_issuer(const struct trust_issuer *issuer, FILE *to)
{
	uint8_t digest[crypto_hash_sha256_BYTES];
	char hex[2 * crypto_hash_sha256_BYTES + 1];

	crypto_hash_sha256(digest, (const uint8_t *)issuer->iss, strlen(issuer->iss));
	sodium_bin2hex(hex, sizeof(hex), digest, ID_LEN);
	fprintf(to, "\n[issuer %s]\niss = %s\n", hex, issuer->iss);
	if (issuer->serial) {
		sodium_bin2hex(hex, sizeof(hex), issuer->content,
			       sizeof(issuer->content));
		fprintf(to, "serial = %" PRIu64 "\ncontent = %s\n", issuer->serial, hex);
	}
	if (issuer->untrusted)
		fprintf(to, "untrusted = %" PRId64 "\n", issuer->untrusted);
}

static void print_key(const struct trust_key *key, FILE *to)
{
	uint8_t id[VID_KID_LEN];
	char hex[129];

	issuer_key_id(&key->public, id);
	sodium_bin2hex(hex, sizeof(hex), id, sizeof(id));
	fprintf(to, "\n[key %s]\nalg = %s\n", hex,
		key->public.alg == KEY_P256 ? "ES256" : "EdDSA");
	sodium_bin2hex(hex, sizeof(hex), key->public.at, public_key_len(&key->public));
	fprintf(to, "public = %s\n", hex);
	if (key->revoked)
		fputs("revoked = yes\n", to);
	if (key->untrusted)
		fputs("untrusted = yes\n", to);
}

enum vid_reason trust_record_store(const char *folder, const struct trust_record *record,
				   struct problem *problem)
{
	AUTO_FREE char *text = NULL;
	char path[PATH_MAX];
	size_t len = 0;
	FILE *to = open_memstream(&text, &len);

	if (!to || !path_join(path, sizeof(path), folder, TRUST_RECORD_FILE)) {
		if (to)
			(void)fclose(to);
		return VID_INTERNAL;
	}
	fputs("# What this host must not lose of its issuers; vid issuer writes it.\n",
	      to);
	for (size_t i = 0; i < record->issuer_count; i++)
		print_issuer(&record->issuer[i], to);
	for (size_t i = 0; i < record->key_count; i++)
		if (record->key[i].revoked || record->key[i].untrusted)
			print_key(&record->key[i], to);
	if (fclose(to) != 0)
		return VID_INTERNAL;
	return file_write(path, bytes_of(text, len), 0644, problem);
}

/* --- entries ------------------------------------------------------------------ */

struct trust_issuer *trust_record_issuer(const struct trust_record *record,
					 const char *iss)
{
	for (size_t i = 0; i < record->issuer_count; i++)
		if (strcmp(record->issuer[i].iss, iss) == 0)
			return &record->issuer[i];
	return NULL;
}

struct trust_key *trust_record_key(const struct trust_record *record,
				   const struct public_key *key)
{
	for (size_t i = 0; i < record->key_count; i++)
		if (public_key_same(&record->key[i].public, key))
			return &record->key[i];
	return NULL;
}

struct trust_issuer *trust_record_add_issuer(struct trust_record *record, const char *iss)
{
	struct trust_issuer *found = trust_record_issuer(record, iss);

	if (found || record->issuer_count == TRUST_RECORD_ISSUERS_MAX)
		return found;
	found = &record->issuer[record->issuer_count++];
	*found = (struct trust_issuer){ 0 };
	(void)bytes_to_text(bytes_of_text(iss), found->iss, sizeof(found->iss));
	return found;
}

struct trust_key *trust_record_add_key(struct trust_record *record,
				       const struct public_key *key)
{
	struct trust_key *found = trust_record_key(record, key);

	if (found || record->key_count == TRUST_RECORD_KEYS_MAX)
		return found;
	found = &record->key[record->key_count++];
	*found = (struct trust_key){ .public = *key };
	return found;
}

bool trust_record_note_revoked(struct trust_record *record, const struct issuer *issuer)
{
	for (size_t i = 0; i < issuer->key_count; i++) {
		struct trust_key *key;

		if (!issuer->key[i].revoked)
			continue;
		key = trust_record_add_key(record, &issuer->key[i].public);
		if (!key)
			return false;
		key->revoked = true;
	}
	return true;
}

enum vid_reason trust_record_apply(const struct trust_record *record, const char *path,
				   struct issuer *issuer, struct problem *problem)
{
	const struct trust_issuer *known = trust_record_issuer(record, issuer->iss);

	if (known && known->untrusted) {
		problem_set(problem,
			    "%s: %s was untrusted on this host; vid issuer trust --again "
			    "trusts it",
			    path, issuer->iss);
		return VID_CONFIG;
	}
	for (size_t i = 0; i < issuer->key_count; i++) {
		const struct trust_key *key =
			trust_record_key(record, &issuer->key[i].public);

		if (key && key->revoked)
			issuer->key[i].revoked = true;
	}
	return VID_OK;
}
