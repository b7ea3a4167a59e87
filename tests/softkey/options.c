/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/softkey/options.h"

#include <err.h>
#include <getopt.h>
#include <stddef.h>
#include <stdlib.h>

#include "tests/softkey/store.h"

#define AT(field) offsetof(struct options, field)

/* Where each goes: a text, a number or a switch. */
static const struct {
	const char *name;
	enum { TEXT, NUMBER, SWITCH } kind;
	size_t at;
} all[] = {
	{ "listen", TEXT, AT(listen) },
	{ "state", TEXT, AT(state) },
	{ "policy", TEXT, AT(policy) },
	{ "log", TEXT, AT(log) },
	{ "pin", TEXT, AT(pin) },
	{ "name", TEXT, AT(name) },
	{ "room", NUMBER, AT(room) },
	{ "slots", NUMBER, AT(slots) },
	{ "uhid", SWITCH, AT(uhid) },
	{ "no-largeblob", SWITCH, AT(no_blobs) },
	{ "no-hmac", SWITCH, AT(no_hmac) },
	{ "no-pin-support", SWITCH, AT(no_pin) },
	{ "uv", SWITCH, AT(uv) },
	{ "u2f", SWITCH, AT(u2f) },
	{ "always-uv", SWITCH, AT(always_uv) },
};
#define COUNT (sizeof(all) / sizeof(all[0]))

static void option_set(struct options *options, int which, const char *value)
{
	char *at = (char *)options + all[which].at;

	if (all[which].kind == TEXT)
		*(const char **)at = value;
	else if (all[which].kind == NUMBER)
		*(uint32_t *)at = (uint32_t)strtoul(value, NULL, 10);
	else
		*(bool *)at = true;
}

void options_read(int argc, char **argv, struct options *options)
{
	struct option table[COUNT + 1] = { 0 };
	int which = 0;

	*options = (struct options){ .room = 4096, .slots = 25, .name = "vid softkey" };
	for (size_t i = 0; i < COUNT; i++)
		table[i] = (struct option){ .name = all[i].name,
					    .has_arg = all[i].kind != SWITCH };
	for (int found; (found = getopt_long(argc, argv, "", table, &which)) != -1;) {
		if (found != 0)
			exit(2);
		option_set(options, which, optarg);
	}
	if (optind < argc || options->uhid == (options->listen != NULL))
		errx(2, "usage: softkey --listen PATH | --uhid [OPTION]...");
	if (options->room < 17 || options->room > STORE_BLOBS ||
	    options->slots > STORE_SLOTS)
		errx(2, "--room is 17 to %d bytes, --slots at most %d", STORE_BLOBS,
		     STORE_SLOTS);
}
