/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/softkey/policy.h"

#include <err.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libvid/cleanup.h"

static const struct {
	const char *word;
	size_t at; /* of a bool */
} switches[] = {
	{ "badsig", offsetof(struct policy, badsig) },
	{ "nouv", offsetof(struct policy, nouv) },
	{ "noup", offsetof(struct policy, noup) },
	{ "wrongrp", offsetof(struct policy, wrongrp) },
	{ "zero", offsetof(struct policy, zero) },
	{ "weak", offsetof(struct policy, weak) },
	{ "dead", offsetof(struct policy, dead) },
	{ "unplug", offsetof(struct policy, unplug) },
	{ "absent", offsetof(struct policy, absent) },
	{ "many", offsetof(struct policy, many) },
	{ "endless", offsetof(struct policy, endless) },
	{ "bomb", offsetof(struct policy, bomb) },
	{ "bombblob", offsetof(struct policy, bombblob) },
};

static const struct {
	const char *word;
	enum policy_touch touch;
} touches[] = {
	{ "touch", TOUCH_GIVEN },
	{ "deny", TOUCH_DENIED },
	{ "timeout", TOUCH_TIMEOUT },
	{ "hang", TOUCH_HANGS },
};

static bool word_switch(struct policy *policy, const char *word)
{
	for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++)
		if (!strcmp(word, switches[i].word)) {
			*(bool *)((char *)policy + switches[i].at) = true;
			return true;
		}
	for (size_t i = 0; i < sizeof(touches) / sizeof(touches[0]); i++)
		if (!strcmp(word, touches[i].word)) {
			policy->touch = touches[i].touch;
			return true;
		}
	return false;
}

static bool word_value(struct policy *policy, const char *word)
{
	char name[16], value[32];

	if (sscanf(word, "%15[a-z]=%31s", name, value) != 2)
		return false;
	if (!strcmp(name, "after"))
		policy->after = atoi(value);
	else if (!strcmp(name, "slow"))
		policy->slow = atoi(value);
	else if (!strcmp(name, "back"))
		policy->back = atoi(value);
	else if (!strcmp(name, "counter")) {
		policy->counter = (uint32_t)strtoul(value, NULL, 10);
		policy->counter_set = true;
	} else if (!strcmp(name, "uv"))
		policy->uv_fails = strcmp(value, "ok") != 0;
	else if (!strcmp(name, "dead"))
		snprintf(policy->dead_when, sizeof(policy->dead_when), "%s", value);
	else if (!strcmp(name, "unplug"))
		snprintf(policy->unplug_when, sizeof(policy->unplug_when), "%s", value);
	else if (!strcmp(name, "bomb"))
		snprintf(policy->bomb_when, sizeof(policy->bomb_when), "%s", value);
	else
		return false;
	return true;
}

void policy_read(struct policy *policy, const char *file)
{
	AUTO_CLOSE int fd = file ? open(file, O_RDONLY | O_CLOEXEC) : -1;
	char text[POLICY_TEXT], words[POLICY_TEXT];
	char *rest = words, *word;
	ssize_t got = 0;

	if (fd >= 0)
		got = read(fd, text, sizeof(text) - 1);
	if (fd >= 0 && got <= 0)
		return;
	text[got] = '\0';
	*policy = (struct policy){ .touch = TOUCH_GIVEN, .after = 30, .back = -1 };
	memcpy(policy->text, text, (size_t)got + 1);
	memcpy(words, text, (size_t)got + 1);
	while ((word = strsep(&rest, " \t\n")))
		if (*word && !word_switch(policy, word) && !word_value(policy, word))
			errx(2, "%s: \"%s\" is no word that I know", file, word);
	if (!strcmp(policy->unplug_when, "touch")) {
		policy->unplug = true;
		policy->unplug_when[0] = '\0';
	}
}
