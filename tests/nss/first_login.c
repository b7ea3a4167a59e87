/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * first_login DIR compile | give IDENTITY... | ask IDENTITY... - what vidd does for a
 * newcomer, on a host whose files, map and index are in DIR
 *
 *   compile  DIR/accounts to DIR/accounts.cdb
 *   give     walkup_allocate for each: "IDENTITY NAME UID" a line
 *   ask      account_of_identity for each, of an index that is whole: the same lines
 *
 * Exit 0, or 1 with the reason's number and text on stderr.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "libvid/cleanup.h"
#include "libvid/walkup.h"

static char passwd[PATH_MAX], group[PATH_MAX], shells[PATH_MAX], subids[PATH_MAX],
	map[PATH_MAX], index_path[PATH_MAX], issuers[PATH_MAX];
static const struct accounts_host host = {
	passwd, group, shells, subids, subids, issuers
};
static const struct hostkey key = { .at = { 1, 2, 3, 4, 5 } };

static int told(enum vid_reason why, const struct problem *problem)
{
	fprintf(stderr, "%d: %s\n", (int)why, problem->text);
	return 1;
}

static int compile(int64_t now)
{
	AUTO(accounts_free) struct accounts accounts = { 0 };
	struct problem problem = { "" };
	AUTO_CLOSE int lock = accounts_lock(index_path);
	enum vid_reason why =
		lock < 0 ? VID_FILE_IO : accounts_load(map, &accounts, &problem);

	if (why == VID_OK)
		why = accounts_compile_for(&host, &accounts, &key, index_path,
					   (struct accounts_order){ .now = now },
					   &problem);
	return why == VID_OK ? 0 : told(why, &problem);
}

static int whole(void)
{
	AUTO(index_close) struct index index = { 0 };

	if (index_open(index_path, &index) == INDEX_OK &&
	    index_verify(&index) == INDEX_OK)
		return 0;
	fprintf(stderr, "the index is not whole\n");
	return 1;
}

/* As DIR/issuers.d is to have it: https://ALIAS.example.org. */
static const char *iss_of(const char *identity)
{
	static char iss[VID_ISS_MAX + 1];
	const char *alias = strchr(identity, '@');

	(void)snprintf(iss, sizeof(iss), "https://%s.example.org",
		       alias ? alias + 1 : "");
	return iss;
}

static int people(bool give, char **identities, int64_t now)
{
	for (; *identities; identities++) {
		struct problem problem = { "" };
		struct account account;
		enum vid_reason why =
			give ? walkup_allocate(&host, index_path, &key,
					       iss_of(*identities), *identities, now,
					       &account, &problem)
			     : account_of_identity(index_path, &key, iss_of(*identities),
						   *identities, &account, &problem);

		if (why != VID_OK)
			return told(why, &problem);
		printf("%s %s %u\n", *identities, account.name, account.uid);
	}
	return 0;
}

static void in(char to[PATH_MAX], const char *folder, const char *name)
{
	(void)snprintf(to, PATH_MAX, "%.4000s/%s", folder, name);
}

int main(int argc, char **argv)
{
	const int64_t now = 1795651200;

	if (argc < 3)
		return 2;
	in(passwd, argv[1], "passwd");
	in(group, argv[1], "group");
	in(shells, argv[1], "shells");
	in(subids, argv[1], "subids");
	in(issuers, argv[1], "issuers.d");
	in(map, argv[1], "accounts");
	in(index_path, argv[1], "accounts.cdb");
	if (strcmp(argv[2], "compile") == 0)
		return compile(now);
	if (strcmp(argv[2], "give") == 0)
		return people(true, argv + 3, now);
	return whole() || people(false, argv + 3, now);
}
