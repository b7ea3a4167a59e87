/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The record:
 *
 *   "VIDSECR" 1 || nonce 24 || sealed { length 2, big-endian || secret, zeros to 256 }
 *   and tag
 *
 * Associated data: everything in front of the sealed bytes, and the owner. Always of one
 * size, so that a folder does not tell how long a password is.
 */
#include "libvid/secrets.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"

#define MAGIC_LEN  8
#define NONCE_LEN  crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_LEN    crypto_aead_xchacha20poly1305_ietf_ABYTES
#define HEAD_LEN   (MAGIC_LEN + NONCE_LEN)
#define PLAIN_LEN  (2 + SECRET_MAX)
#define RECORD_LEN (HEAD_LEN + PLAIN_LEN + TAG_LEN)
#define FILE_ROOM  1024 /* bytes: what is longer than a record is damaged as well */
#define OWNER_ROOM 512

static const uint8_t magic[MAGIC_LEN] = { 'V', 'I', 'D', 'S', 'E', 'C', 'R', 1 };

struct plain {
	uint8_t at[PLAIN_LEN];
};

static void plain_wipe(struct plain *plain)
{
	sodium_memzero(plain, sizeof(*plain));
}

struct sealing {
	uint8_t at[32];
};

static void sealing_wipe(struct sealing *sealing)
{
	sodium_memzero(sealing, sizeof(*sealing));
}

/* The holder's key with its algorithm, hashed under the host key for one purpose. */
static void of_holder(const struct hostkey *key, const char *purpose,
		      const struct public_key *holder, uint8_t out[32])
{
	uint8_t room[128];
	struct buffer encoded = buffer_of(room, sizeof(room));

	cose_key_write(holder, &encoded);
	hostkey_derive(key, purpose, buffer_bytes(&encoded), out);
}

void secret_salt(const struct hostkey *key, const struct public_key *holder,
		 uint8_t salt[32])
{
	of_holder(key, "vid-secret-salt-v1", holder, salt);
}

static bool path_of(const char *folder, const struct secret_owner *owner,
		    const struct hostkey *key, char path[PATH_MAX],
		    struct problem *problem)
{
	char name[VID_NAME_MAX + 1 + 16 + sizeof(".secret")], hex[17];
	const char *account = owner->account;
	uint8_t hash[32];

	of_holder(key, "vid-secret-name-v1", owner->holder, hash);
	sodium_bin2hex(hex, sizeof(hex), hash, 8);
	if (!*account || *account == '.' || strchr(account, '/') ||
	    strlen(account) > VID_NAME_MAX) {
		problem_set(problem, "'%.40s' is not an account's name", account);
		return false;
	}
	(void)snprintf(name, sizeof(name), "%s.%s.secret", account, hex);
	if (path_join(path, PATH_MAX, folder, name))
		return true;
	problem_set(problem, "%s: the path is too long", folder);
	return false;
}

/*
 * The answer is hashed under the host key: who has one of them alone has, to this hash, a
 * key or a message of 32 random bytes that is not known.
 */
static void sealing_key(const struct hostkey *key, const uint8_t answer[KEY_SECRET_LEN],
			struct sealing *out)
{
	hostkey_derive(key, "vid-secret-seal-v1", bytes_of(answer, KEY_SECRET_LEN),
		       out->at);
}

/* [head bstr, account, uid, COSE_Key] */
static bool associated(struct bytes head, const struct secret_owner *owner,
		       struct buffer *to)
{
	cbor_put_array(to, 4);
	cbor_put_bstr(to, head);
	cbor_put_text(to, owner->account);
	cbor_put_uint(to, owner->uid);
	cose_key_write(owner->holder, to);
	return !to->full;
}

static bool seal(const struct secret_owner *owner, const struct hostkey *key,
		 const uint8_t *answer, struct bytes secret, uint8_t record[RECORD_LEN])
{
	AUTO(plain_wipe) struct plain plain = { .at = { 0 } };
	AUTO(sealing_wipe) struct sealing sealing;
	uint8_t room[OWNER_ROOM];
	struct buffer data = buffer_of(room, sizeof(room));

	memcpy(record, magic, sizeof(magic));
	randombytes_buf(record + MAGIC_LEN, NONCE_LEN);
	plain.at[0] = (uint8_t)(secret.len >> 8);
	plain.at[1] = (uint8_t)secret.len;
	memcpy(plain.at + 2, secret.at, secret.len);
	if (!associated(bytes_of(record, HEAD_LEN), owner, &data))
		return false;
	sealing_key(key, answer, &sealing);
	return crypto_aead_xchacha20poly1305_ietf_encrypt(
		       record + HEAD_LEN, NULL, plain.at, sizeof(plain.at), data.at,
		       data.len, NULL, record + MAGIC_LEN, sealing.at) == 0;
}

enum vid_reason secret_store(const char *folder, const struct secret_owner *owner,
			     const struct hostkey *key,
			     const uint8_t answer[KEY_SECRET_LEN], struct bytes secret,
			     struct problem *problem)
{
	uint8_t record[RECORD_LEN];
	char path[PATH_MAX];

	if (secret.len == 0 || secret.len > SECRET_MAX ||
	    memchr(secret.at, '\0', secret.len)) {
		problem_set(problem, "a secret has 1 to %d bytes, and no NUL",
			    SECRET_MAX);
		return VID_INTERNAL;
	}
	if (!path_of(folder, owner, key, path, problem) ||
	    !seal(owner, key, answer, secret, record))
		return VID_INTERNAL;
	return file_write(path, bytes_of(record, sizeof(record)), 0600, problem);
}

static bool unseal(const struct secret_owner *owner, const struct hostkey *key,
		   const uint8_t *answer, struct bytes record, char out[SECRET_MAX + 1])
{
	AUTO(plain_wipe) struct plain plain;
	AUTO(sealing_wipe) struct sealing sealing;
	uint8_t room[OWNER_ROOM];
	struct buffer data = buffer_of(room, sizeof(room));
	size_t len;

	if (record.len != RECORD_LEN ||
	    !bytes_equal(bytes_of(record.at, MAGIC_LEN), bytes_of(magic, MAGIC_LEN)) ||
	    !associated(bytes_of(record.at, HEAD_LEN), owner, &data))
		return false;
	sealing_key(key, answer, &sealing);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(
		    plain.at, NULL, NULL, record.at + HEAD_LEN, record.len - HEAD_LEN,
		    data.at, data.len, record.at + MAGIC_LEN, sealing.at) != 0)
		return false;
	len = (size_t)plain.at[0] << 8 | plain.at[1];
	return len > 0 && len <= SECRET_MAX &&
	       bytes_to_text(bytes_of(plain.at + 2, len), out, SECRET_MAX + 1);
}

enum vid_reason secret_load(const char *folder, const struct secret_owner *owner,
			    const struct hostkey *key,
			    const uint8_t answer[KEY_SECRET_LEN],
			    char out[SECRET_MAX + 1], struct problem *problem)
{
	AUTO(blob_free) struct blob file = { 0 };
	char path[PATH_MAX];
	enum vid_reason why;

	memset(out, 0, SECRET_MAX + 1);
	if (!path_of(folder, owner, key, path, problem))
		return VID_INTERNAL;
	if ((why = file_read_secret(path, FILE_ROOM, &file, problem)) != VID_OK)
		return why;
	if (unseal(owner, key, answer, bytes_of(file.at, file.len), out))
		return VID_OK;
	problem_set(problem,
		    "%s: cannot be opened; it is damaged, or another key's, account's or "
		    "host's: vid key secret set makes it anew",
		    path);
	return VID_STATE;
}

bool secret_is_kept(const char *folder, const struct secret_owner *owner,
		    const struct hostkey *key)
{
	char path[PATH_MAX];

	/* what cannot be looked for is told by secret_load */
	return path_of(folder, owner, key, path, NULL) &&
	       (access(path, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR));
}

enum vid_reason secret_remove(const char *folder, const struct secret_owner *owner,
			      const struct hostkey *key, struct problem *problem)
{
	char path[PATH_MAX];

	if (!path_of(folder, owner, key, path, problem))
		return VID_INTERNAL;
	return file_remove(path, problem);
}

/* ACCOUNT.0123456789abcdef.secret, and no other account's whose name begins so. */
static bool is_secret_of(const char *name, const char *account)
{
	size_t len = strlen(account);

	return strncmp(name, account, len) == 0 && name[len] == '.' &&
	       strspn(name + len + 1, "0123456789abcdef") == 16 &&
	       strcmp(name + len + 17, ".secret") == 0;
}

static void folder_close(DIR **folder)
{
	if (*folder)
		(void)closedir(*folder);
}

enum vid_reason secret_remove_all(const char *folder, const char *account,
				  struct problem *problem)
{
	AUTO(folder_close) DIR *entries = opendir(folder);
	enum vid_reason why = VID_FILE_MISSING;
	const struct dirent *entry;
	char path[PATH_MAX];

	if (!entries && errno == ENOENT)
		return VID_FILE_MISSING;
	if (!entries) {
		problem_set(problem, "%s: cannot read: %s", folder, strerror(errno));
		return VID_FILE_IO;
	}
	while ((errno = 0, entry = readdir(entries))) {
		if (!is_secret_of(entry->d_name, account))
			continue;
		if (!path_join(path, sizeof(path), folder, entry->d_name))
			return VID_FILE_IO;
		if ((why = file_remove(path, problem)) != VID_OK)
			return why;
	}
	if (errno) {
		problem_set(problem, "%s: cannot read: %s", folder, strerror(errno));
		return VID_FILE_IO;
	}
	return why;
}
