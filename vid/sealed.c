/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/sealed.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "vid/cli.h"

/* Not a word about its mode where the file cannot be the right one. */
static int read_file(const char *path, const char *kind, struct blob *file,
		     struct public_key *public)
{
	AUTO(blob_free) struct blob first = { 0 };
	struct problem problem = { .text = "" };
	enum vid_reason why = file_read_untrusted(path, KEYFILE_MAX, &first, &problem);

	if (why != VID_OK)
		return cli_problem(why, &problem);
	if (keyfile_public(bytes_of(first.at, first.len), kind, public, &problem))
		return cli_fail("%s: %s", path, problem.text);
	why = file_read_private(path, KEYFILE_MAX, file, &problem);
	return why == VID_OK ? CLI_GO : cli_problem(why, &problem);
}

int sealed_open(const char *path, const char *kind, const char *passphrase_file,
		struct keyfile_key *out)
{
	AUTO(cli_passphrase_wipe) struct cli_passphrase passphrase = { .len = 0 };
	AUTO(blob_free) struct blob file = { 0 };
	struct problem problem = { .text = "" };
	struct public_key public;
	char prompt[320];
	int code;

	if ((code = read_file(path, kind, &file, &public)) != CLI_GO)
		return code;
	(void)snprintf(prompt, sizeof(prompt), _("Passphrase of %s: "), path);
	if (!cli_passphrase(passphrase_file, prompt, false, &passphrase))
		return CLI_FAILED;
	if (keyfile_open(bytes_of(file.at, file.len), kind,
			 bytes_of(passphrase.at, passphrase.len), out, &problem))
		return cli_fail("%s: %s", path, problem.text);
	return CLI_GO;
}

int sealed_public(const char *path, const char *kind, struct public_key *out)
{
	AUTO(blob_free) struct blob file = { 0 };

	return read_file(path, kind, &file, out);
}

int sealed_create(const char *path, const char *kind, const char *passphrase_file,
		  struct keyfile_key *out)
{
	AUTO(cli_passphrase_wipe) struct cli_passphrase passphrase = { .len = 0 };
	uint8_t room[KEYFILE_MAX];
	struct buffer file = buffer_of(room, sizeof(room));
	char prompt[320];
	struct stat st;

	if (lstat(path, &st) == 0)
		return cli_fail(_("%s exists, and a key is never replaced; "
				  "choose another name or move it away"),
				path);
	(void)snprintf(prompt, sizeof(prompt), _("New passphrase for %s: "), path);
	if (!cli_passphrase(passphrase_file, prompt, true, &passphrase))
		return CLI_FAILED;
	keyfile_generate(out);
	if (keyfile_seal(out, kind, bytes_of(passphrase.at, passphrase.len), &file))
		return cli_fail(_("not enough memory to seal the key (256 MiB)"));
	if (cli_write(path, buffer_bytes(&file), 0600, false) != CLI_YES)
		return CLI_FAILED;
	return CLI_GO;
}
