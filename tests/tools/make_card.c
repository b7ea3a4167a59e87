/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * make_card KEY NAME=VALUE... - print a claim-169 card as QR text, for shell tests
 *
 * KEY: a digit (an Ed25519 key made of it), or the PEM file of a P-256 key. Names: iss,
 * sub, aud, id, name, exp, nbf, iat, portrait (a file), template (a file), typ; form=61,
 * bare; pack=brotli; unsigned=yes; identity=no. `make_card DIGIT` prints the public key.
 */
#include "config.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/cards/make.h"

static int wrong(const char *what)
{
	fprintf(stderr, "make_card: %s?\n", what);
	return 2;
}

static bool read_key(const char *name, struct made_key *key)
{
	uint8_t seed[32] = { (uint8_t)name[0] };
	FILE *file;

	if (name[0] >= '0' && name[0] <= '9' && !name[1]) {
		made_key_ed25519(key, seed);
		return true;
	}
	*key = (struct made_key){ .public.alg = KEY_P256 };
	file = fopen(name, "r");
	key->p256 = file ? PEM_read_PrivateKey(file, NULL, NULL, NULL) : NULL;
	if (file)
		fclose(file);
	return key->p256 != NULL;
}

static struct bytes read_file(const char *name)
{
	static uint8_t at[8192];
	FILE *file = fopen(name, "r");
	size_t len = file ? fread(at, 1, sizeof(at), file) : 0;

	if (file)
		fclose(file);
	return bytes_of(at, len);
}

static bool set(struct made_card *card, const char *name, const char *value)
{
	const struct {
		const char *name, **text;
		int64_t *number;
	} members[] = {
		{ "iss", &card->iss, NULL },   { "sub", &card->sub, NULL },
		{ "aud", &card->aud, NULL },   { "id", &card->id, NULL },
		{ "name", &card->name, NULL }, { "typ", &card->typ, NULL },
		{ "exp", NULL, &card->exp },   { "nbf", NULL, &card->nbf },
		{ "iat", NULL, &card->iat },
	};

	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++) {
		if (strcmp(members[i].name, name) != 0)
			continue;
		if (members[i].text)
			*members[i].text = value;
		else
			*members[i].number = atoll(value);
		return true;
	}
	if (!strcmp(name, "portrait") || !strcmp(name, "template")) {
		card->face = read_file(value);
		card->face_format = name[0] == 't';
		card->face_sub = name[0] == 't' ? 100 : 1;
		return card->face.len != 0;
	}
	if (!strcmp(name, "form"))
		card->form = !strcmp(value, "bare") ? MADE_BARE : MADE_TAG_61_18;
	else if (!strcmp(name, "pack"))
		card->packing = MADE_BROTLI;
	else if (!strcmp(name, "unsigned"))
		card->is_unsigned = true;
	else if (!strcmp(name, "identity"))
		card->no_identity = true;
	else
		return false;
	return true;
}

int main(int argc, char **argv)
{
	struct made_card card = { .face_format = 0 };
	char text[CARD_TEXT_MAX];
	struct made_key key;

	if (argc < 2 || sodium_init() < 0 || !read_key(argv[1], &key))
		return wrong("key");
	if (argc == 2) {
		sodium_bin2hex(text, sizeof(text), key.public.at,
			       public_key_len(&key.public));
		puts(text);
		return 0;
	}
	for (int i = 2; i < argc; i++) {
		char *value = strchr(argv[i], '=');

		if (!value)
			return wrong(argv[i]);
		*value = '\0';
		if (!set(&card, argv[i], value + 1))
			return wrong(argv[i]);
	}
	made_card_text(&card, &key, text);
	puts(text);
	made_key_free(&key);
	return 0;
}
