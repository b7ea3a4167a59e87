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

bool issuer_update_is_signed(const struct issuer *trusted,
			     const struct issuer_export *newer, int64_t now)
{
	struct issuer said = newer->issuer;

	for (size_t i = 0; i < trusted->key_count; i++) {
		const struct issuer_key *key = &trusted->key[i];
		const struct issuer_key *here = issuer_key_of(&said, &key->public);

		if (issuer_key_check(key, KEY_USE_TOKENS, now) == VID_OK &&
		    (!here || issuer_key_check(here, KEY_USE_TOKENS, now) == VID_OK) &&
		    issuer_export_signed_by(newer, &key->public))
			return true;
	}
	return false;
}

int issuer_update_check_serial(const struct trust_record *record,
			       const struct issuer_export *newer)
{
	const struct trust_issuer *known = trust_record_issuer(record, newer->issuer.iss);
	uint8_t digest[sizeof(known->content)];

	if (!known || newer->issuer.serial > known->serial)
		return CLI_GO;
	if (newer->issuer.serial < known->serial) {
		(void)cli_fail(_("the file is older than one that this host has taken: "
				 "its serial number is %llu, that one's was %llu"),
			       (unsigned long long)newer->issuer.serial,
			       (unsigned long long)known->serial);
		return CLI_REFUSED;
	}
	issuer_export_digest(newer, digest);
	if (!known->serial || bytes_equal(bytes_of(digest, sizeof(digest)),
					  bytes_of(known->content, sizeof(digest))))
		return CLI_GO;
	(void)cli_fail(_("this host has taken another file with the serial number %llu; "
			 "ask the issuer for a newer one (vid issuer export --sign)"),
		       (unsigned long long)known->serial);
	return CLI_REFUSED;
}

/* Is `fingerprint` one of the words of `list`, with "SHA256:" before it or without? */
static bool is_listed(const char *list, const char *fingerprint)
{
	while (*list) {
		size_t len = strcspn(list, ", ");
		bool marked = strncmp(list, "SHA256:", 7) == 0;
		struct bytes word =
			bytes_of(list + (marked ? 7 : 0), len - (marked ? 7 : 0));

		if (bytes_are(word, fingerprint))
			return true;
		list += len + (list[len] != '\0');
	}
	return false;
}

int issuer_update_confirm(const struct issuer *newer, const char *yes)
{
	bool all = true;

	fputs(_("The file is not signed by a key that can vouch for it here. Its keys "
		"are:\n"),
	      stderr);
	for (size_t i = 0; i < newer->key_count; i++) {
		char fingerprint[65];

		issuer_fingerprint(&newer->key[i].public, fingerprint);
		fprintf(stderr,
			newer->key[i].revoked ? _("  SHA256:%s (revoked)\n")
					      : "  SHA256:%s\n",
			fingerprint);
		all = all &&
		      (newer->key[i].revoked || (yes && is_listed(yes, fingerprint)));
	}
	if (!yes)
		return cli_confirm(
			_("Are these the fingerprints that the issuer gave you "
			  "in person?"),
			"--fingerprint");
	if (all)
		return CLI_GO;
	(void)cli_fail(_("--fingerprint does not name each key of the file; nothing was "
			 "changed"));
	return CLI_REFUSED;
}

/* What is known here of a key, under its id or another, holds: a thief of a retired key
 * must not bring it back to life. */
static void keep_known(struct issuer_key *key, const struct issuer_key *known)
{
	if (!public_key_same(&key->public, &known->public))
		return;
	if (known->revoked && !key->revoked) {
		cli_warn(
			_("the file does not revoke a key that is revoked here; it stays "
			  "revoked"));
		key->revoked = true;
	}
	if (known->use != KEY_USE_BOTH && key->use != known->use) {
		cli_warn(_("the file lets a key sign more or other things; it stays for "
			   "%s alone here"),
			 key_use_name(known->use));
		key->use = known->use;
	}
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
	fprintf(stderr, "%s: %s\n", format, kid);
}

static void say_changes(const struct issuer *trusted, const struct issuer *out)
{
	for (size_t i = 0; i < out->key_count; i++) {
		const struct issuer_key *known = find(trusted, &out->key[i]);

		if (!known)
			say_key(_("new key"), &out->key[i]);
		if (out->key[i].revoked && (!known || !known->revoked))
			say_key(_("revoked, and verifies nothing"), &out->key[i]);
	}
	for (size_t i = 0; i < trusted->key_count; i++)
		if (!find(out, &trusted->key[i]))
			say_key(_("no longer listed, and no longer trusted"),
				&trusted->key[i]);
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
	memcpy(out->kept, newer->kept, sizeof(out->kept));
	for (size_t i = 0; i < newer->key_count; i++) {
		out->key[i] = newer->key[i];
		for (size_t k = 0; k < trusted->key_count; k++)
			keep_known(&out->key[i], &trusted->key[k]);
	}
	say_changes(trusted, out);
	return CLI_GO;
}
