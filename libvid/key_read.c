/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/key_read.h"

#include <limits.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "libvid/cleanup.h"

enum { SEC1_EVEN = 2, SEC1_ODD = 3, SEC1_BOTH = 4 };

static void group_free(EC_GROUP **group)
{
	EC_GROUP_free(*group);
}

static void point_free(EC_POINT **point)
{
	EC_POINT_free(*point);
}

static void pkey_free(EVP_PKEY **pkey)
{
	EVP_PKEY_free(*pkey);
}

static void bio_free(BIO **bio)
{
	BIO_free_all(*bio);
}

static void x509_free(X509 **certificate)
{
	X509_free(*certificate);
}

/* No openssl.cnf: nothing of this host's decides what a key is (S29). */
static bool start(void)
{
	return OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) == 1;
}

/* Any SEC1 form to x || y. */
static bool point_read(struct bytes from, uint8_t to[64])
{
	AUTO(group_free)
	EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	AUTO(point_free) EC_POINT *point = group ? EC_POINT_new(group) : NULL;
	uint8_t whole[65];

	if (!point || EC_POINT_oct2point(group, point, from.at, from.len, NULL) != 1 ||
	    EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, whole,
			       sizeof(whole), NULL) != sizeof(whole))
		return false;
	memcpy(to, whole + 1, 64);
	return true;
}

bool public_key_of_bytes(enum key_alg alg, struct bytes from, struct public_key *out)
{
	*out = (struct public_key){ .alg = alg };
	if (!start() || from.len == 0)
		return false;
	if (from.len == public_key_len(out)) {
		memcpy(out->at, from.at, from.len);
		return public_key_check(out);
	}
	if (alg != KEY_P256)
		return false;
	if (!(from.len == 65 && from.at[0] == SEC1_BOTH) &&
	    !(from.len == 33 && (from.at[0] == SEC1_EVEN || from.at[0] == SEC1_ODD)))
		return false;
	return point_read(from, out->at) && public_key_check(out);
}

/* A public key needs none; without this libcrypto would ask at the terminal. */
static int no_passphrase(char *to, int size, int writing, void *user)
{
	(void)to;
	(void)size;
	(void)writing;
	(void)user;
	return -1;
}

static EVP_PKEY *pem_read(struct bytes pem)
{
	AUTO(bio_free) BIO *bio = BIO_new_mem_buf(pem.at, (int)pem.len);
	AUTO(x509_free) X509 *certificate = NULL;
	EVP_PKEY *pkey;

	if (!bio)
		return NULL;
	pkey = PEM_read_bio_PUBKEY(bio, NULL, no_passphrase, NULL);
	if (pkey)
		return pkey;
	(void)BIO_reset(bio);
	certificate = PEM_read_bio_X509(bio, NULL, no_passphrase, NULL);
	return certificate ? X509_get_pubkey(certificate) : NULL;
}

bool public_key_of_pem(struct bytes pem, struct public_key *out)
{
	AUTO(pkey_free) EVP_PKEY *pkey = NULL;
	uint8_t raw[80];
	size_t len = sizeof(raw);
	char curve[32];

	*out = (struct public_key){ .alg = KEY_NONE };
	if (pem.len > INT_MAX || !start() || !(pkey = pem_read(pem)))
		return false;
	if (EVP_PKEY_is_a(pkey, "ED25519"))
		return EVP_PKEY_get_raw_public_key(pkey, raw, &len) == 1 &&
		       public_key_of_bytes(KEY_ED25519, bytes_of(raw, len), out);
	if (!EVP_PKEY_is_a(pkey, "EC") ||
	    EVP_PKEY_get_utf8_string_param(pkey, OSSL_PKEY_PARAM_GROUP_NAME, curve,
					   sizeof(curve), NULL) != 1 ||
	    strcmp(curve, "prime256v1") != 0)
		return false;
	return EVP_PKEY_get_octet_string_param(pkey, OSSL_PKEY_PARAM_PUB_KEY, raw,
					       sizeof(raw), &len) == 1 &&
	       public_key_of_bytes(KEY_P256, bytes_of(raw, len), out);
}
