/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/key_kept.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "libvid/output_folder.h"
#include "vid/cli.h"

bool key_kept_find(const char *folder, struct bytes credential,
		   const struct issuers *trusted, struct buffer *room,
		   struct key_token *out)
{
	room->len = 0;
	if (tokens_load(folder, credential, room, NULL) != VID_OK)
		return false;
	key_token_judge(buffer_bytes(room), trusted, out);
	return true;
}

static int keep_what_is_there(const char *folder, struct bytes credential,
			      const struct key_token *token,
			      const struct issuers *trusted)
{
	uint8_t at[VID_TOKEN_MAX];
	struct buffer room = buffer_of(at, sizeof(at));
	struct key_token there;
	char text[512];

	if (!key_kept_find(folder, credential, trusted, &room, &there) ||
	    bytes_equal(buffer_bytes(&room), token->token.raw))
		return CLI_GO;
	key_token_text(&there, text, sizeof(text));
	(void)cli_fail(_("this host keeps %s for that key; --force replaces it"), text);
	return CLI_REFUSED;
}

int key_kept_holder(const char *path, struct holder *out)
{
	int code = holder_read(path, out);

	if (code != CLI_GO || out->credential_len)
		return code;
	return cli_fail(_("%s is a wallet's key, not a security key's (vid key enroll "
			  "writes one)"),
			path);
}

int key_kept_folder(const char *folder)
{
	if (output_folder_make(folder, 0700) == 0 || errno == EEXIST)
		return CLI_GO;
	return cli_fail(_("cannot make the folder %s: %s (systemd-tmpfiles --create "
			  "makes those above it)"),
			folder, output_strerror(errno));
}

int key_kept_put(const char *folder, const struct holder *holder,
		 const struct key_token *token, const struct issuers *trusted, bool force)
{
	const struct bytes credential =
		bytes_of(holder->credential, holder->credential_len);
	struct problem problem = { .text = "" };
	enum vid_reason why;
	int code;

	if (!public_key_same(&holder->key, &token->token.holder) ||
	    !bytes_are(token->token.rp_id, holder->rp_id)) {
		(void)cli_fail(_("the token was issued to another key than the one that "
				 "the file of vid key enroll describes"));
		return CLI_REFUSED;
	}
	if (!force &&
	    (code = keep_what_is_there(folder, credential, token, trusted)) != CLI_GO)
		return code;
	if ((code = key_kept_folder(folder)) != CLI_GO)
		return code;
	why = tokens_store(folder, credential, token->token.raw, &problem);
	return why == VID_OK ? CLI_GO : cli_problem(why, &problem);
}

int key_kept_remove(const char *folder, struct bytes credential)
{
	struct problem problem = { .text = "" };
	enum vid_reason why = tokens_remove(folder, credential, &problem);

	if (why == VID_OK)
		return CLI_GO;
	if (why != VID_FILE_MISSING)
		return cli_problem(why, &problem);
	(void)cli_fail(_("this host keeps no virtual ID for that credential"));
	return CLI_REFUSED;
}
