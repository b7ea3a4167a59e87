/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/keyfile.h"

#include <sodium.h>

#include "libvid/cbor.h"
#include "libvid/cleanup.h"

#define SALT_LEN   crypto_pwhash_argon2id_SALTBYTES
#define NONCE_LEN  crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define SEED_LEN   crypto_sign_SEEDBYTES
#define SEALED_LEN (SEED_LEN + crypto_aead_xchacha20poly1305_ietf_ABYTES)
#define KIND_MAX   16

/* A file's members, as views into it. */
struct members {
	struct bytes kind, public, salt, nonce, sealed;
	struct keyfile_cost cost;
};

struct sealing_key {
	uint8_t at[crypto_aead_xchacha20poly1305_ietf_KEYBYTES];
};

static void sealing_key_wipe(struct sealing_key *key)
{
	sodium_memzero(key, sizeof(*key));
}

void keyfile_wipe(struct keyfile_key *key)
{
	sodium_memzero(key, sizeof(*key));
}

void keyfile_generate(struct keyfile_key *key)
{
	*key = (struct keyfile_key){ .public.alg = KEY_ED25519 };
	crypto_sign_keypair(key->public.at, key->secret);
}

static void put_members(const struct members *members, struct buffer *to)
{
	cbor_put_uint(to, 1);
	cbor_put_tstr(to, members->kind);
	cbor_put_uint(to, 2);
	cbor_put_bstr(to, members->public);
	cbor_put_uint(to, 3);
	cbor_put_bstr(to, members->salt);
	cbor_put_uint(to, 4);
	cbor_put_uint(to, members->cost.ops);
	cbor_put_uint(to, 5);
	cbor_put_uint(to, members->cost.mem);
}

/* Everything that an opener believes before it has the key: authenticated with it. */
static void associated_data(const struct members *members, struct buffer *to)
{
	cbor_put_map(to, 5);
	put_members(members, to);
}

static enum vid_reason stretch(struct bytes passphrase, const struct members *members,
			       struct sealing_key *out)
{
	if (crypto_pwhash(out->at, sizeof(out->at), (const char *)passphrase.at,
			  passphrase.len, members->salt.at, members->cost.ops,
			  (size_t)members->cost.mem, crypto_pwhash_ALG_ARGON2ID13) != 0)
		return VID_INTERNAL;
	return VID_OK;
}

enum vid_reason keyfile_seal_at(const struct keyfile_key *key, const char *kind,
				struct bytes passphrase, struct keyfile_cost cost,
				struct buffer *to)
{
	AUTO(sealing_key_wipe) struct sealing_key sealing = { { 0 } };
	uint8_t salt[SALT_LEN], nonce[NONCE_LEN], sealed[SEALED_LEN], room[KEYFILE_MAX];
	struct buffer ad = buffer_of(room, sizeof(room));
	struct members members = {
		.kind = bytes_of_text(kind),
		.public = bytes_of(key->public.at, crypto_sign_PUBLICKEYBYTES),
		.salt = bytes_of(salt, sizeof(salt)),
		.nonce = bytes_of(nonce, sizeof(nonce)),
		.sealed = bytes_of(sealed, sizeof(sealed)),
		.cost = cost,
	};

	randombytes_buf(salt, sizeof(salt));
	randombytes_buf(nonce, sizeof(nonce));
	associated_data(&members, &ad);
	if (ad.full || stretch(passphrase, &members, &sealing) != VID_OK)
		return VID_INTERNAL;
	/* The first half of libsodium's secret key is the seed; the rest follows from it.
	 */
	crypto_aead_xchacha20poly1305_ietf_encrypt(sealed, NULL, key->secret, SEED_LEN,
						   ad.at, ad.len, NULL, nonce,
						   sealing.at);
	cbor_put_map(to, 7);
	put_members(&members, to);
	cbor_put_uint(to, 6);
	cbor_put_bstr(to, members.nonce);
	cbor_put_uint(to, 7);
	cbor_put_bstr(to, members.sealed);
	return to->full ? VID_INTERNAL : VID_OK;
}

enum vid_reason keyfile_seal(const struct keyfile_key *key, const char *kind,
			     struct bytes passphrase, struct buffer *to)
{
	const struct keyfile_cost cost = { crypto_pwhash_OPSLIMIT_MODERATE,
					   crypto_pwhash_MEMLIMIT_MODERATE };

	return keyfile_seal_at(key, kind, passphrase, cost, to);
}

static bool label(struct cbor *at, uint64_t expected)
{
	uint64_t got;

	return cbor_uint(at, &got) && got == expected;
}

static bool bstr_of(struct cbor *at, size_t len, struct bytes *out)
{
	return cbor_bstr(at, out) && out->len == len;
}

static bool members_read(struct bytes file, struct members *out)
{
	struct cbor at = cbor_of(file);
	size_t pairs;

	if (file.len > KEYFILE_MAX || cbor_check(file) != VID_OK)
		return false;
	return cbor_map(&at, &pairs) && pairs == 7 && label(&at, 1) &&
	       cbor_tstr(&at, &out->kind) && out->kind.len <= KIND_MAX && label(&at, 2) &&
	       bstr_of(&at, crypto_sign_PUBLICKEYBYTES, &out->public) && label(&at, 3) &&
	       bstr_of(&at, SALT_LEN, &out->salt) && label(&at, 4) &&
	       cbor_uint(&at, &out->cost.ops) && label(&at, 5) &&
	       cbor_uint(&at, &out->cost.mem) && label(&at, 6) &&
	       bstr_of(&at, NONCE_LEN, &out->nonce) && label(&at, 7) &&
	       bstr_of(&at, SEALED_LEN, &out->sealed);
}

/* Everything about a file that can be judged without its passphrase. */
static enum vid_reason members_judge(struct bytes file, const char *kind,
				     struct members *out, struct public_key *public,
				     struct problem *problem)
{
	if (!members_read(file, out)) {
		problem_set(problem, "not a key file, or damaged");
		return VID_CONFIG;
	}
	if (!bytes_are(out->kind, kind)) {
		problem_set(problem, "the key file is for '%.*s', not for '%s'",
			    (int)out->kind.len, (const char *)out->kind.at, kind);
		return VID_CONFIG;
	}
	*public = (struct public_key){ .alg = KEY_ED25519 };
	memcpy(public->at, out->public.at, out->public.len);
	if (!public_key_check(public)) {
		problem_set(problem, "the public key in the key file is not valid");
		return VID_CONFIG;
	}
	return VID_OK;
}

enum vid_reason keyfile_public(struct bytes file, const char *kind,
			       struct public_key *out, struct problem *problem)
{
	struct members members;

	return members_judge(file, kind, &members, out, problem);
}

static enum vid_reason cost_judge(struct keyfile_cost cost, struct problem *problem)
{
	if (cost.ops >= crypto_pwhash_OPSLIMIT_MIN && cost.ops <= KEYFILE_OPS_MAX &&
	    cost.mem >= crypto_pwhash_MEMLIMIT_MIN && cost.mem <= KEYFILE_MEM_MAX)
		return VID_OK;
	problem_set(problem, "the key file asks for more work or memory than is allowed");
	return VID_CONFIG;
}

static bool unseal(const struct members *members, const struct sealing_key *sealing,
		   struct keyfile_key *out)
{
	uint8_t room[KEYFILE_MAX], seed[SEED_LEN], public[crypto_sign_PUBLICKEYBYTES];
	struct buffer ad = buffer_of(room, sizeof(room));
	bool good;

	associated_data(members, &ad);
	good = !ad.full &&
	       crypto_aead_xchacha20poly1305_ietf_decrypt(
		       seed, NULL, NULL, members->sealed.at, members->sealed.len, ad.at,
		       ad.len, members->nonce.at, sealing->at) == 0;
	if (good) {
		crypto_sign_seed_keypair(public, out->secret, seed);
		good = memcmp(public, members->public.at, sizeof(public)) == 0;
	}
	sodium_memzero(seed, sizeof(seed));
	return good;
}

enum vid_reason keyfile_open(struct bytes file, const char *kind, struct bytes passphrase,
			     struct keyfile_key *out, struct problem *problem)
{
	AUTO(sealing_key_wipe) struct sealing_key sealing = { { 0 } };
	struct members members;
	enum vid_reason why;

	*out = (struct keyfile_key){ .public.alg = KEY_NONE };
	if ((why = members_judge(file, kind, &members, &out->public, problem)) ||
	    (why = cost_judge(members.cost, problem)))
		return why;
	if ((why = stretch(passphrase, &members, &sealing)) != VID_OK) {
		problem_set(problem, "not enough memory for the key file (%llu MiB)",
			    (unsigned long long)members.cost.mem >> 20);
		return why;
	}
	if (!unseal(&members, &sealing, out)) {
		keyfile_wipe(out);
		problem_set(problem, "wrong passphrase (or the key file was changed)");
		return VID_CONFIG;
	}
	return VID_OK;
}
