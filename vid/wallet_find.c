/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/wallet_find.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "libvid/keyfile.h"
#include "vid/cli.h"

static bool holder_of(struct bytes token, struct public_key *out)
{
	struct cose_sign1 cose;
	struct cbor claims, cnf, key;

	if (cose_open(token, COSE_CLAIMS, &cose) != VID_OK)
		return false;
	claims = cbor_of(cose.payload);
	return cbor_find_int(&claims, 8, &cnf) && cbor_find_int(&cnf, 1, &key) &&
	       cose_key_read(&key, out) && out->alg == KEY_ED25519;
}

/* Whatever else lies in the folder is passed over without a word. */
static bool is_wallet_of(const char *path, const struct public_key *holder)
{
	AUTO(blob_free) struct blob file = { 0 };
	struct problem problem = { .text = "" };
	struct public_key public;

	return file_read_untrusted(path, KEYFILE_MAX, &file, &problem) == VID_OK &&
	       keyfile_public(bytes_of(file.at, file.len), "holder", &public, &problem) ==
		       VID_OK &&
	       public.alg == holder->alg &&
	       memcmp(public.at, holder->at, public_key_len(holder)) == 0;
}

static bool search(const char *folder, const struct public_key *holder,
		   char path[PATH_MAX])
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	bool found = false;

	while (dir && !found && (entry = readdir(dir)))
		found = path_join(path, PATH_MAX, folder, entry->d_name) &&
			is_wallet_of(path, holder);
	if (dir)
		(void)closedir(dir);
	return found;
}

int wallet_find(const char *token_path, struct bytes token, char path[PATH_MAX])
{
	struct public_key holder = { .alg = KEY_NONE };
	char folder[PATH_MAX];
	char *slash;

	if (snprintf(folder, sizeof(folder), "%s", token_path) >= (int)sizeof(folder))
		return cli_fail(_("the path is too long: %s"), token_path);
	slash = strrchr(folder, '/');
	if (slash)
		slash[slash == folder] = '\0';
	else
		(void)snprintf(folder, sizeof(folder), ".");
	if (!holder_of(token, &holder))
		return cli_fail(_("%s: no token for a wallet's key"), token_path);
	if (!search(folder, &holder, path))
		return cli_fail(_("the wallet that %s was issued to is not beside it; "
				  "say which with --wallet FILE"),
				token_path);
	return CLI_GO;
}
