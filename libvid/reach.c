/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/reach.h"

#include <string.h>

#include "libvid/ini.h"

#define UID_HIGHEST 0xfffffffd /* the two above are "nobody" and "no change" */

/* Names of accounts and PAM services: what neither a blank nor a comment can hide in. */
static const char word_characters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

static bool set_words(char to[VID_REACH_MAX + 1], const char *value)
{
	size_t len = 0;

	for (value += strspn(value, " \t"); *value; value += strspn(value, " \t")) {
		size_t word = strspn(value, word_characters);

		if (!word || (value[word] && !strchr(" \t", value[word])) ||
		    len + 1 + word > VID_REACH_MAX)
			return false;
		if (len)
			to[len++] = ' ';
		memcpy(to + len, value, word);
		len += word;
		value += word;
	}
	to[len] = '\0';
	return len > 0;
}

static bool set_uid(uint32_t *to, const char *value)
{
	uint64_t number;

	if (!ini_unsigned(value, UID_HIGHEST, &number) || number == 0)
		return false;
	*to = (uint32_t)number;
	return true;
}

bool reach_set(struct reach *reach, const char *key, const char *value,
	       const char **complaint)
{
	*complaint = NULL;
	if (strcmp(key, "uid-min") == 0 || strcmp(key, "uid-max") == 0) {
		if (!set_uid(key[5] == 'i' ? &reach->uid_min : &reach->uid_max, value))
			*complaint = "not a uid, 1 to 4294967293";
		return true;
	}
	if (strcmp(key, "services") == 0 || strcmp(key, "accounts") == 0) {
		if (!set_words(key[0] == 's' ? reach->services : reach->accounts, value))
			*complaint = "not names with blanks between, 180 bytes at most";
		return true;
	}
	return false;
}

bool reach_whole(const struct reach *reach)
{
	return !reach->uid_max || reach->uid_min <= reach->uid_max;
}

void reach_print(const struct reach *reach, FILE *to)
{
	if (reach->uid_min)
		fprintf(to, "uid-min = %u\n", reach->uid_min);
	if (reach->uid_max)
		fprintf(to, "uid-max = %u\n", reach->uid_max);
	if (*reach->accounts)
		fprintf(to, "accounts = %s\n", reach->accounts);
	if (*reach->services)
		fprintf(to, "services = %s\n", reach->services);
}

/* An empty list has everybody on it. */
static bool listed(const char *words, const char *name)
{
	size_t len = strlen(name);

	if (!*words)
		return true;
	while (len && *words) {
		size_t word = strcspn(words, " ");

		if (word == len && strncmp(words, name, len) == 0)
			return true;
		words += word + (words[word] == ' ');
	}
	return false;
}

bool reach_service(const struct reach *reach, const char *service)
{
	return listed(reach->services, service);
}

bool reach_account(const struct reach *reach, const char *name, uint32_t uid)
{
	if (uid < reach->uid_min || (reach->uid_max && uid > reach->uid_max))
		return false;
	return listed(reach->accounts, name);
}

bool reach_range(const struct reach *reach, uint32_t min, uint32_t max)
{
	return !*reach->accounts && min >= reach->uid_min &&
	       (!reach->uid_max || max <= reach->uid_max);
}
