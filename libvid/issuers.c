/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/issuers.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <sodium.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "libvid/ini.h"
#include "libvid/rp_id.h"

bool alias_valid(const char *alias)
{
	size_t len = strlen(alias);

	if (len == 0 || len > VID_ALIAS_MAX || alias[0] < 'a' || alias[0] > 'z')
		return false;
	return strspn(alias, "abcdefghijklmnopqrstuvwxyz0123456789-") == len;
}

bool issuer_status_uri(const char **next, char uri[VID_STATUS_URI_TEXT])
{
	size_t len;

	*next += strspn(*next, " ");
	len = strcspn(*next, " ");
	if (!bytes_to_text(bytes_of(*next, len), uri, VID_STATUS_URI_TEXT))
		return false;
	*next += len;
	return len != 0;
}

bool issuer_names_status(const struct issuer *issuer, struct bytes uri)
{
	const char *next = issuer->status_uris;
	char named[VID_STATUS_URI_TEXT];

	while (issuer_status_uri(&next, named))
		if (bytes_are(uri, named))
			return true;
	return false;
}

#define STATUS_URIS_MAX 185 /* bytes: inih cuts lines at 199 */

/* What nobody can fetch is said when it is written, not when a list is missed. */
static const char *set_status_uris(struct issuer *issuer, const char *value)
{
	const char *next = value;
	char uri[VID_STATUS_URI_TEXT];

	/* What was read has to be read again when it is written ("status-uri = ..."). */
	if (strlen(value) > STATUS_URIS_MAX ||
	    !ini_text(value, issuer->status_uris, sizeof(issuer->status_uris)))
		return "status-uri is empty or too long";
	while (issuer_status_uri(&next, uri))
		if (strncmp(uri, "https://", 8) != 0 || !uri[8])
			return "status-uri takes https:// addresses with blanks between";
	return NULL;
}

/* A text behind "=;" is one, but behind "= ;" it is a comment: what is taken must be read
 * as the same when it is written again. */
static bool set_text(const char *value, char *out, size_t size)
{
	return value[0] != ';' && ini_text(value, out, size);
}

static const char *set_issuer(struct issuer *issuer, const char *key, const char *value)
{
	const char *complaint;
	uint64_t number;

	if (strcmp(key, "iss") == 0)
		return set_text(value, issuer->iss, sizeof(issuer->iss))
			       ? NULL
			       : "iss must have 1 to 128 bytes, no ';' first";
	if (strcmp(key, "realm") == 0)
		return set_text(value, issuer->realm, sizeof(issuer->realm))
			       ? NULL
			       : "realm must have 1 to 128 bytes, no ';' first";
	if (strcmp(key, "alias") == 0) {
		if (!alias_valid(value) ||
		    !ini_text(value, issuer->alias, sizeof(issuer->alias)))
			return "alias must be a small letter, then small letters, digits "
			       "or '-'";
		return NULL;
	}
	if (strcmp(key, "status") == 0) {
		if (strcmp(value, "required") == 0)
			issuer->status = STATUS_REQUIRED;
		else if (strcmp(value, "soft") == 0)
			issuer->status = STATUS_SOFT;
		else if (strcmp(value, "none") == 0)
			issuer->status = STATUS_NONE;
		else
			return "status must be required, soft or none";
		return NULL;
	}
	if (strcmp(key, "max-lifetime") == 0) {
		if (!ini_unsigned(value, VID_TIME_MAX, &number) || number == 0)
			return "max-lifetime must be a number of seconds";
		issuer->max_lifetime = (int64_t)number;
		return NULL;
	}
	if (strcmp(key, "rp-id") == 0)
		return rp_id_valid(value) && ini_text(value, issuer->rp_id,
						      sizeof(issuer->rp_id))
			       ? NULL
			       : "rp-id is a DNS name in small letters";
	if (strcmp(key, "status-uri") == 0)
		return set_status_uris(issuer, value);
	if (reach_set(&issuer->reach, key, value, &complaint))
		return complaint;
	return "unknown key in [issuer]";
}

static const char *open_key(struct issuer *issuer, const char *hex)
{
	struct issuer_key *key = &issuer->key[issuer->key_count];

	if (issuer->key_count == VID_ISSUER_KEYS_MAX)
		return "an issuer has at most 8 keys";
	*key = (struct issuer_key){ 0 };
	if (!ini_hex(hex, key->kid, sizeof(key->kid)))
		return "a key's id is 16 hex digits";
	for (size_t i = 0; i < issuer->key_count; i++)
		if (memcmp(issuer->key[i].kid, key->kid, sizeof(key->kid)) == 0)
			return "the key id stands twice";
	issuer->key_count++;
	return NULL;
}

static const char *set_key(struct issuer_key *key, const char *name, const char *value)
{
	uint64_t number;

	if (strcmp(name, "alg") == 0) {
		if (key->public.alg != KEY_NONE)
			return "alg must stand before public";
		if (strcmp(value, "EdDSA") == 0)
			key->public.alg = KEY_ED25519;
		else if (strcmp(value, "ES256") == 0)
			key->public.alg = KEY_P256;
		else
			return "alg must be EdDSA or ES256";
		return NULL;
	}
	if (strcmp(name, "public") == 0) {
		if (key->public.alg == KEY_NONE)
			return "alg must stand before public";
		if (!ini_hex(value, key->public.at, public_key_len(&key->public)))
			return "public must be 64 hex digits (EdDSA) or 128 (ES256)";
		return public_key_check(&key->public) ? NULL : "public is no valid key";
	}
	if (strcmp(name, "not-before") == 0 || strcmp(name, "not-after") == 0) {
		if (!ini_unsigned(value, VID_TIME_MAX, &number) || number == 0)
			return "not a number of seconds since 1970";
		*(name[4] == 'b' ? &key->not_before : &key->not_after) = (int64_t)number;
		return NULL;
	}
	return "unknown key in [key]";
}

static const char *on_entry(void *user, const char *section, const char *key,
			    const char *value)
{
	struct issuer *issuer = user;

	if (strcmp(section, "issuer") == 0)
		return key ? set_issuer(issuer, key, value) : NULL;
	if (strncmp(section, "key ", 4) != 0)
		return "unknown section";
	if (!key)
		return open_key(issuer, section + 4);
	return set_key(&issuer->key[issuer->key_count - 1], key, value);
}

enum vid_reason issuer_parse(struct bytes text, const char *name, struct issuer *out,
			     struct problem *problem)
{
	static const uint8_t none[64];
	enum vid_reason why;

	*out = (struct issuer){ .status = STATUS_REQUIRED,
				.max_lifetime = VID_LIFETIME_DEFAULT };
	if ((why = ini_read(text, name, on_entry, out, problem)) != VID_OK)
		return why;
	if (!*out->iss || !*out->realm || !*out->alias || !out->key_count) {
		problem_set(problem, "%s: %s is missing", name,
			    !*out->iss     ? "iss"
			    : !*out->realm ? "realm"
			    : !*out->alias ? "alias"
					   : "a [key ID] section");
		return VID_CONFIG;
	}
	if (!*out->rp_id)
		rp_id_of_realm(out->realm, out->rp_id);
	if (!reach_whole(&out->reach)) {
		problem_set(problem, "%s: uid-min is above uid-max", name);
		return VID_CONFIG;
	}
	for (size_t i = 0; i < out->key_count; i++) {
		if (memcmp(out->key[i].public.at, none, sizeof(none)) == 0) {
			problem_set(problem, "%s: a key has no public part", name);
			return VID_CONFIG;
		}
		if (out->key[i].not_after &&
		    out->key[i].not_after < out->key[i].not_before) {
			problem_set(problem, "%s: a key ends before it begins", name);
			return VID_CONFIG;
		}
	}
	return VID_OK;
}

void issuer_print(const struct issuer *issuer, FILE *to)
{
	static const char *const status[] = { "required", "soft", "none" };
	char hex[129], rp_id[VID_RP_ID_MAX + 1];

	rp_id_of_realm(issuer->realm, rp_id);
	fprintf(to,
		"[issuer]\niss = %s\nrealm = %s\nalias = %s\nstatus = %s\nmax-lifetime = "
		"%" PRId64 "\n",
		issuer->iss, issuer->realm, issuer->alias, status[issuer->status],
		issuer->max_lifetime);
	if (issuer->status_uris[0])
		fprintf(to, "status-uri = %s\n", issuer->status_uris);
	if (strcmp(issuer->rp_id, rp_id) != 0 && *issuer->rp_id)
		fprintf(to, "rp-id = %s\n", issuer->rp_id);
	reach_print(&issuer->reach, to);
	for (size_t i = 0; i < issuer->key_count; i++) {
		const struct issuer_key *key = &issuer->key[i];

		sodium_bin2hex(hex, sizeof(hex), key->kid, sizeof(key->kid));
		fprintf(to, "\n[key %s]\nalg = %s\n", hex,
			key->public.alg == KEY_P256 ? "ES256" : "EdDSA");
		sodium_bin2hex(hex, sizeof(hex), key->public.at,
			       public_key_len(&key->public));
		fprintf(to, "public = %s\n", hex);
		if (key->not_before)
			fprintf(to, "not-before = %" PRId64 "\n", key->not_before);
		if (key->not_after)
			fprintf(to, "not-after = %" PRId64 "\n", key->not_after);
	}
}

static enum vid_reason add_file(struct issuers *issuers, const char *path,
				struct problem *problem)
{
	AUTO(blob_free) struct blob file = { 0 };
	struct issuer *issuer = &issuers->at[issuers->count];
	enum vid_reason why;

	if ((why = file_read_trusted(path, VID_CONFIG_FILE_MAX, &file, problem)) !=
	    VID_OK)
		return why;
	why = issuer_parse(bytes_of(file.at, file.len), path, issuer, problem);
	if (why != VID_OK)
		return why;
	for (size_t i = 0; i < issuers->count; i++) {
		bool iss = strcmp(issuers->at[i].iss, issuer->iss) == 0;

		if (iss || strcmp(issuers->at[i].alias, issuer->alias) == 0) {
			problem_set(problem, "%s: another file has the same %s, %s", path,
				    iss ? "iss" : "alias",
				    iss ? issuer->iss : issuer->alias);
			return VID_CONFIG;
		}
	}
	issuers->count++;
	return VID_OK;
}

static bool is_conf(const char *name)
{
	size_t len = strlen(name);

	return name[0] != '.' && len > 5 && strcmp(name + len - 5, ".conf") == 0;
}

static void close_folder(DIR **folder)
{
	if (*folder)
		closedir(*folder);
}

enum vid_reason issuers_load(const char *folder, struct issuers *out,
			     struct problem *problem)
{
	AUTO(close_folder) DIR *dir = opendir(folder);
	AUTO(issuers_free) struct issuers issuers = { 0 };
	enum vid_reason why;
	struct dirent *entry;

	*out = issuers;
	if (!dir) {
		problem_set(problem, "%s: %s", folder, strerror(errno));
		return errno == ENOENT ? VID_FILE_MISSING : VID_FILE_IO;
	}
	issuers.at = calloc(VID_ISSUERS_MAX, sizeof(*issuers.at));
	if (!issuers.at)
		return VID_INTERNAL;
	while ((entry = readdir(dir))) {
		char path[PATH_MAX];

		if (!is_conf(entry->d_name))
			continue;
		if (issuers.count == VID_ISSUERS_MAX ||
		    !path_join(path, sizeof(path), folder, entry->d_name)) {
			problem_set(problem, "%s: more than %d issuers", folder,
				    VID_ISSUERS_MAX);
			return VID_CONFIG;
		}
		if ((why = add_file(&issuers, path, problem)) != VID_OK)
			return why;
	}
	*out = issuers;
	issuers.at = NULL;
	return VID_OK;
}

void issuers_free(struct issuers *issuers)
{
	free(issuers->at);
	*issuers = (struct issuers){ 0 };
}

const struct issuer *issuer_by_iss(const struct issuers *issuers, struct bytes iss)
{
	for (size_t i = 0; i < issuers->count; i++)
		if (bytes_are(iss, issuers->at[i].iss))
			return &issuers->at[i];
	return NULL;
}

const struct issuer *issuer_by_alias(const struct issuers *issuers, struct bytes alias)
{
	for (size_t i = 0; i < issuers->count; i++)
		if (bytes_are(alias, issuers->at[i].alias))
			return &issuers->at[i];
	return NULL;
}

int64_t issuer_valid_until(const struct issuer *issuer, int64_t now)
{
	int64_t until = now - 1;
	bool longer;

	/* Each round adds a key that begins before the others end: at most one a key. */
	do {
		longer = false;
		for (size_t i = 0; i < issuer->key_count; i++) {
			const struct issuer_key *key = &issuer->key[i];

			if (key->not_before && key->not_before > until + 1)
				continue;
			if (!key->not_after)
				return INT64_MAX;
			if (key->not_after > until) {
				until = key->not_after;
				longer = true;
			}
		}
	} while (longer);
	return until < now ? -1 : until;
}

void issuer_key_id(const struct public_key *key, uint8_t kid[VID_KID_LEN])
{
	uint8_t room[128], digest[32];
	struct buffer encoded = buffer_of(room, sizeof(room));

	cose_key_write(key, &encoded); /* exactly RFC 9679's members, in its order */
	crypto_hash_sha256(digest, encoded.at, encoded.len);
	memcpy(kid, digest, VID_KID_LEN);
}
