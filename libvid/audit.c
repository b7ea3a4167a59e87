/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "libvid/audit.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#define WORD_MAX 64 /* bytes kept of anything that came from outside */

/* A word for a log line: nothing in it can look like another field or another line. */
static void word(char to[WORD_MAX + 1], const char *from)
{
	size_t len = 0;

	for (; from && *from && len < WORD_MAX; from++) {
		char c = *from;

		if (c <= ' ' || c >= 0x7f || c == '"' || c == '=' || c == '\\')
			c = '?';
		to[len++] = c;
	}
	if (!len)
		to[len++] = '-';
	to[len] = '\0';
}

/* As a word, but with blanks and '=': it is written between quotes. */
static void sentence(char *to, size_t size, const char *from)
{
	size_t len = 0;

	for (; *from && len + 1 < size; from++) {
		char c = *from;

		to[len++] = c < ' ' || c >= 0x7f || c == '"' || c == '\\' ? '?' : c;
	}
	to[len] = '\0';
}

/* Enough to find one token's logins, too little to find the token (S52). */
static void cti_word(char to[9], struct bytes cti)
{
	uint8_t hash[crypto_hash_sha256_BYTES];

	to[0] = '-';
	to[1] = '\0';
	if (!cti.len)
		return;
	crypto_hash_sha256(hash, cti.at, cti.len);
	sodium_bin2hex(to, 9, hash, 4);
}

/* Who asked: "uid=1000 pid=4242". */
static void caller_words(char *to, size_t size, const struct audit_record *record)
{
	if (record->pid > 0)
		(void)snprintf(to, size, "uid=%u pid=%d", (unsigned)record->uid,
			       (int)record->pid);
	else
		(void)snprintf(to, size, "uid=- pid=-");
}

void audit_format(const struct audit_record *record, char *to, size_t size)
{
	char event[WORD_MAX + 1], service[WORD_MAX + 1], account[WORD_MAX + 1];
	char alias[WORD_MAX + 1], assurance[WORD_MAX + 1], cti[9];
	char detail[sizeof(record->problem->text)], caller[48];
	int len;

	word(event, record->event);
	word(service, record->service);
	word(account, record->account);
	word(alias, record->alias);
	word(assurance, record->assurance);
	cti_word(cti, record->cti);
	caller_words(caller, sizeof(caller), record);
	len = snprintf(
		to, size,
		"event=%s service=%s account=%s iss=%s cti=%s assurance=%s reason=%s "
		"step=%d ms=%" PRId64 " %s",
		event, service, account, alias, cti, assurance, reason_name(record->why),
		reason_step(record->why), record->milliseconds, caller);
	if (len < 0 || (size_t)len >= size || !record->problem ||
	    !record->problem->text[0])
		return;
	sentence(detail, sizeof(detail), record->problem->text);
	(void)snprintf(to + len, size - (size_t)len, " detail=\"%s\"", detail);
}

static int level_of(enum vid_reason why)
{
	switch (reason_verdict(why)) {
	case VERDICT_GRANTED:
	case VERDICT_UNAVAILABLE:
		return LOG_INFO;
	case VERDICT_DENIED:
	case VERDICT_UNKNOWN:
		return LOG_NOTICE;
	case VERDICT_MAXTRIES:
		return LOG_WARNING;
	case VERDICT_BROKEN:
	case VERDICT_ABORT:
		break;
	}
	return LOG_ERR;
}

void audit_write(const struct audit_record *record)
{
	char line[1024];

	audit_format(record, line, sizeof(line));
	syslog(LOG_AUTHPRIV | level_of(record->why), "%s", line);
}
