/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/issuer_update.h"

#include <stdio.h>
#include <string.h>

#include "vid/cli.h"
#include "vid/issuer_dir.h"

bool issuer_key_same(const struct issuer_key *a, const struct issuer_key *b)
{
	return bytes_equal(bytes_of(a->kid, VID_KID_LEN),
			   bytes_of(b->kid, VID_KID_LEN)) &&
	       public_key_same(&a->public, &b->public);
}

static const struct issuer_key *find(const struct issuer *issuer,
				     const struct issuer_key *key)
{
	for (size_t i = 0; i < issuer->key_count; i++)
		if (issuer_key_same(&issuer->key[i], key))
			return &issuer->key[i];
	return NULL;
}

static int refused(const char *sentence, const struct issuer *newer)
{
	(void)cli_fail("%s", sentence);
	fprintf(stderr, _("The file's keys are:\n"));
	for (size_t i = 0; i < newer->key_count; i++) {
		char fingerprint[65];

		issuer_fingerprint(&newer->key[i].public, fingerprint);
		fprintf(stderr, "  SHA256:%s\n", fingerprint);
	}
	return CLI_REFUSED;
}

/* Whoever got hold of a key that was retired must not bring it back to life, under its
 * id or another. */
static void keep_period(struct issuer_key *key, const struct issuer_key *known)
{
	if (!public_key_same(&key->public, &known->public))
		return;
	if (known->not_after && (!key->not_after || key->not_after > known->not_after)) {
		cli_warn(_("the file moves the end of a trusted key to later; the end "
			   "that is known here stays"));
		key->not_after = known->not_after;
	}
	if (known->not_before > key->not_before)
		key->not_before = known->not_before;
}

static void say_key(const char *format, const struct issuer_key *key)
{
	char kid[2 * VID_KID_LEN + 1];

	cli_to_hex(bytes_of(key->kid, VID_KID_LEN), kid);
	printf("%s: %s\n", format, kid);
}

int issuer_update(const struct issuer *trusted, const struct issuer *newer,
		  struct issuer *out)
{
	size_t shared = 0;

	if (strcmp(trusted->realm, newer->realm) != 0)
		return refused(_("the file is for another realm than the one that is "
				 "trusted; trust it anew with --force if that is meant"),
			       newer);
	for (size_t i = 0; i < newer->key_count; i++)
		shared += find(trusted, &newer->key[i]) != NULL;
	if (!shared)
		return refused(_("none of the file's keys is trusted here: compare their "
				 "fingerprints with those that the issuer gives you in "
				 "person, then trust it anew with --force"),
			       newer);
	if (strcmp(trusted->rp_id, newer->rp_id) != 0)
		cli_warn(_("the file names the RP ID '%s' for security keys; '%s' stays: "
			   "trust it anew with --force if the other is meant"),
			 newer->rp_id, trusted->rp_id);
	*out = *trusted;
	out->key_count = newer->key_count;
	for (size_t i = 0; i < newer->key_count; i++) {
		out->key[i] = newer->key[i];
		for (size_t k = 0; k < trusted->key_count; k++)
			keep_period(&out->key[i], &trusted->key[k]);
		if (!find(trusted, &newer->key[i]))
			say_key(_("new key"), &newer->key[i]);
	}
	for (size_t i = 0; i < trusted->key_count; i++)
		if (!find(newer, &trusted->key[i]))
			say_key(_("no longer listed, and no longer trusted"),
				&trusted->key[i]);
	return CLI_GO;
}
