/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/consent.h"

#include <inttypes.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "libvid/ini.h"

#define CONSENT_MAX 1024
#define PURPOSE     "vid-consent-v1"

static const char *const methods[] = {
	[CONSENT_TYPED] = "typed", [CONSENT_STATED] = "stated"
};

static const struct {
	enum consent_source bit;
	const char *name;
} sources[] = {
	{ CONSENT_CAMERA, "camera" },
	{ CONSENT_PICTURES, "pictures" },
	{ CONSENT_VIDEO, "video" },
};

#define SOURCES (sizeof(sources) / sizeof(*sources))

void consent_sources(unsigned from, char to[32])
{
	size_t len = 0;

	to[0] = '\0';
	for (size_t i = 0; i < SOURCES; i++)
		if (from & sources[i].bit)
			len += (size_t)snprintf(to + len, 32 - len, "%s%s",
						len ? " " : "", sources[i].name);
}

void consent_hash(const char *words, uint8_t out[32])
{
	crypto_hash_sha256(out, (const uint8_t *)words, strlen(words));
}

static bool place_of(const char *folder, const char *account, char path[PATH_MAX])
{
	char file[VID_NAME_MAX + 16];

	if (!*account || *account == '.' || strchr(account, '/') ||
	    strlen(account) > VID_NAME_MAX)
		return false;
	(void)snprintf(file, sizeof(file), "%s.consent", account);
	return path_join(path, PATH_MAX, folder, file);
}

/* All but the MAC; the MAC is over exactly this. */
static int print(const struct consent *consent, char *to, size_t size)
{
	char hex[65], from[32];

	sodium_bin2hex(hex, sizeof(hex), consent->text, sizeof(consent->text));
	consent_sources(consent->sources, from);
	return snprintf(to, size,
			"[consent]\naccount = %s\ntime = %" PRId64
			"\nlocale = %s\nmethod = %s\n%s%s%stext = %s\n",
			consent->account, consent->time, consent->locale,
			methods[consent->method], from[0] ? "source = " : "", from,
			from[0] ? "\n" : "", hex);
}

enum vid_reason consent_write(const char *folder, const struct consent *consent,
			      const struct hostkey *key, struct problem *problem)
{
	char path[PATH_MAX], text[CONSENT_MAX], hex[65];
	uint8_t mac[32];
	int len = print(consent, text, sizeof(text));
	int more;

	if (!place_of(folder, consent->account, path) || len < 0)
		return VID_INTERNAL;
	hostkey_mac(key, PURPOSE, bytes_of(text, (size_t)len), mac);
	sodium_bin2hex(hex, sizeof(hex), mac, sizeof(mac));
	more = snprintf(text + len, sizeof(text) - (size_t)len, "mac = %s\n", hex);
	if (more < 0 || len + more >= (int)sizeof(text))
		return VID_INTERNAL;
	return file_write(path, bytes_of(text, (size_t)(len + more)), 0600, problem);
}

struct record {
	struct consent *consent;
	uint8_t mac[32];
	bool has_mac;
};

static const char *read_method(struct consent *consent, const char *value)
{
	for (int i = CONSENT_TYPED; i <= CONSENT_STATED; i++)
		if (strcmp(value, methods[i]) == 0)
			consent->method = (enum consent_method)i;
	return consent->method ? NULL : "unknown method";
}

/* In their order, each once: what is printed anew must be what was read. */
static const char *read_sources(struct consent *consent, const char *value)
{
	char words[32];

	for (unsigned from = 1; from < 1u << SOURCES; from++) {
		consent_sources(from, words);
		if (strcmp(value, words) == 0)
			consent->sources = from;
	}
	return consent->sources ? NULL : "unknown source";
}

static const char *entry(void *user, const char *section, const char *key,
			 const char *value)
{
	struct record *record = user;
	struct consent *consent = record->consent;
	uint64_t number = 0;
	bool good;

	if (strcmp(section, "consent") != 0)
		return "unknown section";
	if (!key)
		return NULL;
	if (strcmp(key, "method") == 0)
		return read_method(consent, value);
	if (strcmp(key, "source") == 0)
		return read_sources(consent, value);
	if (strcmp(key, "account") == 0)
		good = ini_text(value, consent->account, sizeof(consent->account));
	else if (strcmp(key, "locale") == 0)
		good = ini_text(value, consent->locale, sizeof(consent->locale));
	else if (strcmp(key, "text") == 0)
		good = ini_hex(value, consent->text, sizeof(consent->text));
	else if (strcmp(key, "time") == 0)
		good = ini_unsigned(value, INT64_MAX, &number);
	else if (strcmp(key, "mac") == 0)
		good = record->has_mac = ini_hex(value, record->mac, sizeof(record->mac));
	else
		return "unknown key";
	if (strcmp(key, "time") == 0)
		consent->time = (int64_t)number;
	return good ? NULL : "malformed";
}

enum vid_reason consent_read(const char *folder, const char *account,
			     const struct hostkey *key, struct consent *out,
			     struct problem *problem)
{
	AUTO(blob_free) struct blob file = { 0 };
	struct record record = { .consent = out };
	char path[PATH_MAX], text[CONSENT_MAX];
	enum vid_reason why;
	int len;

	memset(out, 0, sizeof(*out));
	if (!place_of(folder, account, path))
		return VID_INTERNAL;
	if ((why = file_read_trusted(path, CONSENT_MAX, &file, problem)) != VID_OK)
		return why;
	if (ini_read(bytes_of(file.at, file.len), path, entry, &record, problem) !=
	    VID_OK)
		return VID_STATE;
	len = out->method ? print(out, text, sizeof(text)) : -1;
	/* what is printed anew is what the MAC was made over, or this is not our file */
	if (len > 0 && record.has_mac && strcmp(out->account, account) == 0 &&
	    hostkey_mac_verify(key, PURPOSE, bytes_of(text, (size_t)len), record.mac))
		return VID_OK;
	problem_set(problem, "%s: not a consent that this host recorded", path);
	return VID_STATE;
}

enum vid_reason consent_remove(const char *folder, const char *account,
			       struct problem *problem)
{
	char path[PATH_MAX];

	if (!place_of(folder, account, path))
		return VID_INTERNAL;
	return file_remove(path, problem);
}
