/* SPDX-License-Identifier: BSD-2-Clause */
/* vid wallet init - a holder's key, sealed, and its public part for the issuer */
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

#include "libvid/cleanup.h"
#include "libvid/printable.h"
#include "vid/cli.h"
#include "vid/holder.h"
#include "vid/sealed.h"

int cmd_wallet_init(int argc, char **argv)
{
	const char *passphrase_file = NULL;
	char **operands, public_path[PATH_MAX];
	uint8_t room[256];
	struct buffer text = buffer_of(room, sizeof(room));
	AUTO(keyfile_wipe) struct keyfile_key key = { .public.alg = KEY_NONE };
	struct holder holder = { .key.alg = KEY_NONE };
	char hex[129];
	bool json = false;
	struct stat st;
	int code;
	const struct cli_option options[] = {
		CLI_PASSPHRASE_OPTION(passphrase_file),
		{ .name = "json", .given = &json, .help = N_("print JSON") },
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid wallet init [--passphrase-file FILE] [--json] FILE",
		.about = N_("Make a holder's key: FILE, sealed with a passphrase, and "
			    "FILE.pub for the issuer."),
		.options = options,
		.operands_min = 1,
		.operands_max = 1,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO)
		return code;
	if ((size_t)snprintf(public_path, sizeof(public_path), "%s.pub", operands[0]) >=
	    sizeof(public_path))
		return cli_fail(_("the file name is too long"));
	if (lstat(public_path, &st) == 0)
		return cli_fail(_("%s exists; choose another name or move it away"),
				public_path);
	if ((code = sealed_create(operands[0], "holder", passphrase_file, &key)) !=
	    CLI_GO)
		return code;
	holder.key = key.public;
	holder_print(&holder, &text);
	if (cli_write(public_path, buffer_bytes(&text), 0644, false) != CLI_YES) {
		/* A wallet without its public part is of no use: leave nothing half-made.
		 */
		(void)remove(operands[0]);
		return CLI_FAILED;
	}
	cli_to_hex(bytes_of(holder.key.at, public_key_len(&holder.key)), hex);
	if (json)
		return cli_json(json_pack(
			"{s:o, s:o, s:s, s:s}", "wallet",
			cli_json_text(bytes_of_text(operands[0])), "public_part",
			cli_json_text(bytes_of_text(public_path)), "alg",
			alg_name(holder.key.alg), "public", hex));
	printf(_("wallet: %s\nfor the issuer: %s\n"), PRINTABLE(operands[0]),
	       PRINTABLE(public_path));
	return CLI_YES;
}
