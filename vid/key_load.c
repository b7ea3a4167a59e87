/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/key_load.h"

#include <sodium.h>
#include <string.h>

#include "vid/key_face.h"

static int find_credential(struct key_load *load, const struct keys *keys)
{
	if (!(keys->found.can & FIDO_CAN_LARGE_BLOB) || !keys->found.has_room)
		return cli_fail(_("this security key has no room for a virtual ID "
				  "(largeBlob): each terminal has to keep it (vid key "
				  "store --here)"));
	if (keys_of(keys, &load->token->token.holder, &load->index))
		return keys_may_change(keys);
	(void)cli_fail(_("the token was issued to another key: none of the credentials "
			 "that this one has for %s is the holder it names"),
		       keys->rps);
	return CLI_REFUSED;
}

static int keep_what_is_there(const struct bytes blob, const struct issuers *trusted)
{
	struct key_token there = { .why = VID_TOKEN_EMPTY };
	struct key_blob parts;
	char text[512];

	if (key_blob_read(blob, &parts) == VID_OK)
		key_token_judge(parts.token, trusted, &there);
	key_token_text(&there, text, sizeof(text));
	(void)cli_fail(_("the key carries %s; --force replaces it"), text);
	return CLI_REFUSED;
}

/* A template that both tokens name needs no second touch to stay. */
static void keep_template(struct key_load *load, const struct key_blob *old)
{
	const struct token_face *face = &load->token->token.face;
	struct key_token there;

	key_token_judge(old->token, load->trusted, &there);
	if (there.readable && there.token.face.present && face->present &&
	    bytes_equal(there.token.face.digest, face->digest)) { /* public */
		buffer_add(&load->sealed, old->template.at, old->template.len);
		load->kept = !load->sealed.full;
	}
	if (!load->kept)
		cli_warn(_("the face template on the key is not the one that the new "
			   "token names: it is taken away (--template ACCOUNT puts "
			   "another one there)"));
}

static int look_at_old(struct key_load *load, const struct fido_credential *credential)
{
	const struct bytes blob = bytes_of(credential->blob, credential->blob_len);
	struct key_blob old = { .token = bytes_of(NULL, 0) };
	bool readable;

	if (!credential->has_blob || blob.len == 0)
		return CLI_GO;
	readable = key_blob_read(blob, &old) == VID_OK;
	if (!load->force &&
	    (!readable || !bytes_equal(old.token, load->token->token.raw)))
		return keep_what_is_there(blob, load->trusted);
	if (readable && old.template.len && !load->stored)
		keep_template(load, &old);
	return CLI_GO;
}

static void pack(struct key_load *load)
{
	const struct key_blob blob = { .token = load->token->token.raw,
				       .template = buffer_bytes(&load->sealed) };

	load->blob.len = 0;
	key_blob_write(&blob, &load->blob);
}

static int check_room(struct key_load *load, const struct keys *keys)
{
	const struct fido_credential *credential = &keys->credential[load->index];

	load->room = keys->found.room +
		     (credential->has_blob ? credential->blob_len + FIDO_ENTRY_COST : 0);
	load->needed = load->blob.len + FIDO_ENTRY_COST;
	if (load->blob.full)
		return cli_fail(_("this is more than a security key carries (%d bytes)"),
				KEY_BLOB_MAX);
	if (load->needed <= load->room)
		return CLI_GO;
	return cli_fail(_("there is no room left on this security key: %zu bytes are "
			  "needed, %zu are free"),
			load->needed, load->room);
}

/* Nobody is asked for a touch for what does not fit: what is sealed is as good as random,
 * so its size tells. */
static int seal_template(struct key_load *load, struct keys *keys)
{
	const struct token *token = &load->token->token;
	size_t size = 0;
	int code = key_face_size(load->stored, token, &size);

	if (code != CLI_GO)
		return code;
	randombytes_buf(load->sealed_at, size);
	load->sealed.len = size;
	pack(load);
	if ((code = check_room(load, keys)) != CLI_GO)
		return code;
	return key_face_seal(load->stored, token, keys, load->index, &load->sealed);
}

int key_load_put(struct key_load *load, struct keys *keys)
{
	const struct fido_credential *credential;
	int code;

	load->blob = buffer_of(load->blob_at, sizeof(load->blob_at));
	load->sealed = buffer_of(load->sealed_at, sizeof(load->sealed_at));
	if ((code = find_credential(load, keys)) != CLI_GO)
		return code;
	credential = &keys->credential[load->index];
	if ((code = look_at_old(load, credential)) != CLI_GO ||
	    (load->stored && (code = seal_template(load, keys)) != CLI_GO))
		return code;
	pack(load);
	if ((code = check_room(load, keys)) != CLI_GO)
		return code;
	return keys_answer(keys,
			   fido_store(&keys->fido, credential->index,
				      buffer_bytes(&load->blob), keys_deadline(keys)),
			   FIDO_DONE);
}
