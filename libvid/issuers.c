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
#include "libvid/issuer_export.h"
#include "libvid/rp_id.h"
#include "libvid/trust_record.h"

#define VID_KEPT_NAME_MAX 49 /* bytes: ini.c takes no longer key */

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

static const char unknown_in_issuer[] = "unknown key in [issuer]";
static const char unknown_in_key[] = "unknown key in [key]";
static const char unknown_section[] = "unknown section";

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
	if (strcmp(key, "serial") == 0)
		return ini_unsigned(value, VID_TIME_MAX, &issuer->serial) &&
				       issuer->serial > 0
			       ? NULL
			       : "serial must be a number above 0";
	if (strcmp(key, "rp-id") == 0)
		return rp_id_valid(value) && ini_text(value, issuer->rp_id,
						      sizeof(issuer->rp_id))
			       ? NULL
			       : "rp-id is a DNS name in small letters";
	if (strcmp(key, "status-uri") == 0)
		return set_status_uris(issuer, value);
	if (reach_set(&issuer->reach, key, value, &complaint))
		return complaint;
	return unknown_in_issuer;
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

static const char *const uses[] = { "both", "tokens", "lists" };

const char *key_use_name(enum key_use use)
{
	return uses[use];
}

static const char *set_use(struct issuer_key *key, const char *value)
{
	for (size_t i = 0; i < sizeof(uses) / sizeof(*uses); i++)
		if (strcmp(value, uses[i]) == 0) {
			key->use = (enum key_use)i;
			return NULL;
		}
	return "use must be tokens, lists or both";
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
	if (strcmp(name, "revoked") == 0)
		return ini_bool(value, &key->revoked) ? NULL
						      : "revoked must be yes or no";
	if (strcmp(name, "use") == 0)
		return set_use(key, value);
	return unknown_in_key;
}

struct parsing {
	struct issuer *issuer;
	bool lenient; /* an export: what is unknown is kept */
};

static bool is_printable(const char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			return false;
	return true;
}

/* A line of [kept]. It must be read as the same when it is written again. */
static const char *keep(struct issuer *issuer, const char *section, const char *key,
			const char *value)
{
	static const char names[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ._-";
	size_t len = strlen(issuer->kept), room = sizeof(issuer->kept) - len;
	size_t name = strlen(section) + 1 + strlen(key);
	int put;

	if (strspn(section, names) != strlen(section) ||
	    strspn(key, names) != strlen(key) || !is_printable(value) ||
	    value[0] == ';' || name > VID_KEPT_NAME_MAX)
		return "a key that is not known here, and cannot be kept";
	put = snprintf(issuer->kept + len, room, "%s%s%s = %s\n", section,
		       *section ? "." : "", key, value);
	if (put >= 0 && (size_t)put < room)
		return NULL;
	issuer->kept[len] = '\0';
	return "more keys that are not known here than can be kept";
}

static const char *set_any(struct issuer *issuer, const char *section, const char *key,
			   const char *value)
{
	if (strcmp(section, "issuer") == 0)
		return key ? set_issuer(issuer, key, value) : NULL;
	if (strcmp(section, "kept") == 0)
		return key ? keep(issuer, "", key, value) : NULL;
	if (strncmp(section, "key ", 4) != 0)
		return unknown_section;
	if (!key)
		return open_key(issuer, section + 4);
	return set_key(&issuer->key[issuer->key_count - 1], key, value);
}

static const char *on_entry(void *user, const char *section, const char *key,
			    const char *value)
{
	struct parsing *parsing = user;
	const char *complaint = set_any(parsing->issuer, section, key, value);

	/* A signature inside what is signed is no word of a later version. */
	if (!parsing->lenient || strncmp(section, "signature", 9) == 0 ||
	    (complaint != unknown_in_issuer && complaint != unknown_in_key &&
	     complaint != unknown_section))
		return complaint;
	return key ? keep(parsing->issuer, section, key, value) : NULL;
}

/* One key under two ids is one key: if it is revoked, it is under both. */
static void spread_revoked(struct issuer *issuer)
{
	for (size_t i = 0; i < issuer->key_count; i++)
		for (size_t k = 0; k < issuer->key_count; k++)
			if (issuer->key[k].revoked &&
			    public_key_same(&issuer->key[i].public,
					    &issuer->key[k].public))
				issuer->key[i].revoked = true;
}

static enum vid_reason parse(struct bytes text, const char *name, bool lenient,
			     struct issuer *out, struct problem *problem)
{
	static const uint8_t none[64];
	struct parsing parsing = { .issuer = out, .lenient = lenient };
	enum vid_reason why;

	*out = (struct issuer){ .status = STATUS_REQUIRED };
	if ((why = ini_read(text, name, on_entry, &parsing, problem)) != VID_OK)
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
	spread_revoked(out);
	return VID_OK;
}

enum vid_reason issuer_parse(struct bytes text, const char *name, struct issuer *out,
			     struct problem *problem)
{
	struct issuer_export export;
	enum vid_reason why;

	/* An administrator may copy an export as it is. */
	if ((why = issuer_export_split(text, name, &export, problem)) != VID_OK)
		return why;
	return parse(export.content, name, false, out, problem);
}

enum vid_reason issuer_parse_lenient(struct bytes text, const char *name,
				     struct issuer *out, struct problem *problem)
{
	return parse(text, name, true, out, problem);
}

int64_t issuer_token_lifetime(const struct issuer *issuer)
{
	return issuer->max_lifetime ? issuer->max_lifetime : VID_LIFETIME_DEFAULT;
}

int64_t issuer_card_lifetime(const struct issuer *issuer)
{
	return issuer->max_lifetime ? issuer->max_lifetime : VID_CARD_LIFETIME;
}

enum vid_reason issuer_key_check(const struct issuer_key *key, enum key_use use,
				 int64_t iat)
{
	if (key->revoked)
		return VID_KEY_REVOKED;
	if (key->use != KEY_USE_BOTH && key->use != use)
		return VID_KEY_USE;
	if ((key->not_before && iat < key->not_before) ||
	    (key->not_after && iat > key->not_after))
		return VID_KEY_EXPIRED;
	return VID_OK;
}

static void print_key(const struct issuer_key *key, FILE *to)
{
	char hex[129];

	sodium_bin2hex(hex, sizeof(hex), key->kid, sizeof(key->kid));
	fprintf(to, "\n[key %s]\nalg = %s\n", hex,
		key->public.alg == KEY_P256 ? "ES256" : "EdDSA");
	sodium_bin2hex(hex, sizeof(hex), key->public.at, public_key_len(&key->public));
	fprintf(to, "public = %s\n", hex);
	if (key->not_before)
		fprintf(to, "not-before = %" PRId64 "\n", key->not_before);
	if (key->not_after)
		fprintf(to, "not-after = %" PRId64 "\n", key->not_after);
	if (key->revoked)
		fputs("revoked = yes\n", to);
	if (key->use != KEY_USE_BOTH)
		fprintf(to, "use = %s\n", key_use_name(key->use));
}

void issuer_print(const struct issuer *issuer, FILE *to)
{
	static const char *const status[] = { "required", "soft", "none" };
	char rp_id[VID_RP_ID_MAX + 1];

	rp_id_of_realm(issuer->realm, rp_id);
	fprintf(to, "[issuer]\niss = %s\nrealm = %s\nalias = %s\nstatus = %s\n",
		issuer->iss, issuer->realm, issuer->alias, status[issuer->status]);
	if (issuer->max_lifetime)
		fprintf(to, "max-lifetime = %" PRId64 "\n", issuer->max_lifetime);
	if (issuer->serial)
		fprintf(to, "serial = %" PRIu64 "\n", issuer->serial);
	if (issuer->status_uris[0])
		fprintf(to, "status-uri = %s\n", issuer->status_uris);
	if (strcmp(issuer->rp_id, rp_id) != 0 && *issuer->rp_id)
		fprintf(to, "rp-id = %s\n", issuer->rp_id);
	reach_print(&issuer->reach, to);
	if (*issuer->kept)
		fprintf(to, "\n[kept]\n%s", issuer->kept);
	for (size_t i = 0; i < issuer->key_count; i++)
		print_key(&issuer->key[i], to);
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

static void add_fault(struct issuers *issuers, const struct issuer_file *file,
		      const struct problem *problem)
{
	struct issuer_fault *fault = &issuers->fault[issuers->fault_count++];

	fault->file = *file;
	fault->problem = *problem;
}

/* One file: an issuer, or a fault. Anything but VID_OK ends the reading of the folder. */
static enum vid_reason add_file(struct issuers *issuers, const char *folder,
				const struct issuer_file *name,
				const struct trust_record *record)
{
	AUTO(blob_free) struct blob file = { 0 };
	struct issuer *issuer = &issuers->at[issuers->count];
	struct problem problem = { .text = "" };
	char path[PATH_MAX];
	enum vid_reason why;

	if (!path_join(path, sizeof(path), folder, name->name))
		return VID_INTERNAL;
	why = file_read_trusted(path, VID_CONFIG_FILE_MAX, &file, &problem);
	if (why == VID_OK)
		why = issuer_parse(bytes_of(file.at, file.len), path, issuer, &problem);
	if (why == VID_OK)
		why = trust_record_apply(record, path, issuer, &problem);
	if (why == VID_INTERNAL)
		return why;
	if (why != VID_OK) {
		add_fault(issuers, name, &problem);
		return VID_OK;
	}
	issuers->file[issuers->count++] = *name;
	return VID_OK;
}

/* Which of two files is meant is not for us to guess: neither is. */
static void drop_doubles(struct issuers *issuers, const char *folder)
{
	bool doubled[VID_ISSUERS_MAX] = { false };
	size_t kept = 0;

	for (size_t i = 0; i < issuers->count; i++)
		for (size_t k = 0; k < issuers->count; k++) {
			const struct issuer *a = &issuers->at[i], *b = &issuers->at[k];
			bool iss = strcmp(a->iss, b->iss) == 0;
			struct problem problem;

			if (i == k || doubled[i] ||
			    (!iss && strcmp(a->alias, b->alias) != 0))
				continue;
			doubled[i] = true;
			problem_set(&problem,
				    "%s/%s: another file (%s) has the same %s, %s",
				    folder, issuers->file[i].name, issuers->file[k].name,
				    iss ? "iss" : "alias", iss ? a->iss : a->alias);
			add_fault(issuers, &issuers->file[i], &problem);
		}
	for (size_t i = 0; i < issuers->count; i++) {
		if (doubled[i])
			continue;
		issuers->file[kept] = issuers->file[i];
		issuers->at[kept++] = issuers->at[i];
	}
	issuers->count = kept;
}

static bool issuers_alloc(struct issuers *out)
{
	out->at = calloc(VID_ISSUERS_MAX, sizeof(*out->at));
	out->file = calloc(VID_ISSUERS_MAX, sizeof(*out->file));
	out->fault = calloc(VID_ISSUERS_MAX, sizeof(*out->fault));
	return out->at && out->file && out->fault;
}

static enum vid_reason read_folder(DIR *dir, const char *folder,
				   const struct trust_record *record, struct issuers *out,
				   struct problem *problem)
{
	struct issuer_file name;
	struct dirent *entry;
	enum vid_reason why;

	for (;;) {
		errno = 0;
		entry = readdir(dir);
		if (!entry && errno) {
			problem_set(problem, "%s: %s", folder, strerror(errno));
			return VID_FILE_IO;
		}
		if (!entry)
			return VID_OK;
		if (!is_conf(entry->d_name))
			continue;
		if (out->count + out->fault_count == VID_ISSUERS_MAX ||
		    !bytes_to_text(bytes_of_text(entry->d_name), name.name,
				   sizeof(name.name))) {
			problem_set(problem, "%s: more than %d issuers", folder,
				    VID_ISSUERS_MAX);
			return VID_CONFIG;
		}
		if ((why = add_file(out, folder, &name, record)) != VID_OK)
			return why;
	}
}

enum vid_reason issuers_load(const char *folder, struct issuers *out,
			     struct problem *problem)
{
	AUTO(close_folder) DIR *dir = opendir(folder);
	AUTO(trust_record_free) struct trust_record record = { 0 };
	AUTO(issuers_free) struct issuers issuers = { 0 };
	enum vid_reason why;

	*out = issuers;
	if (!dir) {
		problem_set(problem, "%s: %s", folder, strerror(errno));
		return errno == ENOENT ? VID_FILE_MISSING : VID_FILE_IO;
	}
	if (!issuers_alloc(&issuers))
		return VID_INTERNAL;
	if ((why = trust_record_load(folder, &record, problem)) != VID_OK ||
	    (why = read_folder(dir, folder, &record, &issuers, problem)) != VID_OK)
		return why;
	drop_doubles(&issuers, folder);
	*out = issuers;
	issuers = (struct issuers){ 0 };
	return VID_OK;
}

void issuers_free(struct issuers *issuers)
{
	free(issuers->at);
	free(issuers->file);
	free(issuers->fault);
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

/* Of the keys that may sign this kind of document. */
static int64_t valid_until(const struct issuer *issuer, enum key_use use, int64_t now)
{
	int64_t until = now - 1;
	bool longer;

	/* Each round adds a key that begins before the others end: at most one a key. */
	do {
		longer = false;
		for (size_t i = 0; i < issuer->key_count; i++) {
			const struct issuer_key *key = &issuer->key[i];

			if (key->revoked ||
			    (key->use != KEY_USE_BOTH && key->use != use) ||
			    (key->not_before && key->not_before > until + 1))
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

int64_t issuer_valid_until(const struct issuer *issuer, int64_t now)
{
	int64_t tokens = valid_until(issuer, KEY_USE_TOKENS, now);
	int64_t lists = valid_until(issuer, KEY_USE_LISTS, now);

	return issuer->status != STATUS_NONE && lists < tokens ? lists : tokens;
}

void issuer_key_id(const struct public_key *key, uint8_t kid[VID_KID_LEN])
{
	uint8_t room[128], digest[32];
	struct buffer encoded = buffer_of(room, sizeof(room));

	cose_key_write(key, &encoded); /* exactly RFC 9679's members, in its order */
	crypto_hash_sha256(digest, encoded.at, encoded.len);
	memcpy(kid, digest, VID_KID_LEN);
}
