/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/softkey/attest.h"

#include <err.h>
#include <openssl/x509.h>

#include "tests/softkey/ctap.h"
#include "tests/softkey/curve.h"
#include "tests/softkey/secret.h"

#define CERTIFICATE_MAX 1024 /* bytes */

static void name_add(X509_NAME *name, const char *field, const char *value)
{
	if (X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, (const uint8_t *)value,
				       -1, -1, 0) != 1)
		errx(2, "libcrypto: X509_NAME");
}

/* Signed by itself; section 8.2.1 says what stands in it. */
static size_t certificate(EVP_PKEY *key, uint8_t to[CERTIFICATE_MAX])
{
	X509 *made = X509_new();
	X509_NAME *name = made ? X509_get_subject_name(made) : NULL;
	uint8_t *end = to;
	int len;

	if (!name)
		errx(2, "libcrypto: X509");
	X509_set_version(made, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
	X509_gmtime_adj(X509_getm_notBefore(made), -86400L);
	X509_gmtime_adj(X509_getm_notAfter(made), 86400L * 3650);
	name_add(name, "C", "SE");
	name_add(name, "O", "vid");
	name_add(name, "OU", "Authenticator Attestation");
	name_add(name, "CN", "vid softkey, for tests");
	X509_set_issuer_name(made, name);
	X509_set_pubkey(made, key);
	if (X509_sign(made, key, EVP_sha256()) == 0 ||
	    (len = i2d_X509(made, NULL)) <= 0 || len > CERTIFICATE_MAX ||
	    i2d_X509(made, &end) != len)
		errx(2, "libcrypto: certificate");
	X509_free(made);
	return (size_t)len;
}

void attest_put(const struct store *store, struct bytes message, struct buffer *to)
{
	uint8_t seed[32], signature[SIGNATURE_MAX], der[CERTIFICATE_MAX];
	AUTO_PKEY EVP_PKEY *key = NULL;
	size_t len;

	mac_of(bytes_of(store->master, 32), bytes_of_text("attestation"), seed);
	key = p256_private(seed);
	cbor_put_map(to, 3);
	cbor_put_text(to, "alg");
	cbor_put_int(to, COSE_ES256);
	cbor_put_text(to, "sig");
	len = key_sign(key, message, signature);
	cbor_put_bstr(to, bytes_of(signature, len));
	cbor_put_text(to, "x5c");
	cbor_put_array(to, 1);
	len = certificate(key, der);
	cbor_put_bstr(to, bytes_of(der, len));
}
