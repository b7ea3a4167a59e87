/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The published claim-169 vectors through the commands that people type: the issuer
 * trusted under the very name that the vector has, the verdict, and each expected member
 * by its name in --json. What nobody signed is refused, and then signed here to be read.
 */
#include <glob.h>
#include <sodium.h>
#include <stdarg.h>
#include <sys/wait.h>

#include "libvid/claim169.h"
#include "tests/cards/make.h"
#include "tests/unit/vectors.h"

#define NOW "1770000000" /* all but one of the vectors live then */

static char vid[PATH_MAX], folder[] = "/tmp/vid-cards-XXXXXX", trust[64];
static struct made_key ours;
static unsigned number, failed;

static bool result(bool good, const char *name, const char *promise)
{
	printf("%s %u - %s_%s\n", good ? "ok" : "not ok", ++number, name, promise);
	failed += !good;
	return good;
}

/* The exit code; what was printed is in `out`, and NULL there where it is no JSON. */
static int run(const char *const *argv, json_t **out)
{
	int end[2], status;
	FILE *from;
	pid_t pid;

	if (pipe(end) != 0 || (pid = fork()) < 0)
		exit(99);
	if (pid == 0) {
		if (dup2(end[1], 1) < 0)
			_exit(126);
		execv(vid, (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	close(end[1]);
	from = fdopen(end[0], "r");
	if (!from)
		exit(99);
	*out = json_loadf(from, JSON_DISABLE_EOF_CHECK, NULL);
	fclose(from);
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

static void trust_the_issuer(const char *name, const char *iss, const char *key)
{
	json_t *out;
	int code = run((const char *const[]){ "vid", "issuer", "trust", "--force",
					      "--dir", trust, "--as", "vector", "--iss",
					      iss, "--realm", "realm:vectors", "--key",
					      key, NULL },
		       &out);

	json_decref(out);
	result(code == 0, name, "has_an_issuer_that_can_be_trusted");
}

static int verify(const char *text, json_t **out)
{
	return run((const char *const[]){ "vid", "token", "verify", "--profile",
					  "claim169", "--trust", trust, "--at", NOW,
					  "--json", text, NULL },
		   out);
}

static void is_refused(const char *name, const char *text, const char *reason)
{
	json_t *out;
	int code = verify(text, &out);

	if (!result(code == 1 && strcmp(text_member(out, "reason"), reason) == 0, name,
		    "is_refused_for_its_own_reason"))
		printf("# exit %d, %s, not %s\n", code, text_member(out, "reason"),
		       reason);
	json_decref(out);
}

/* The published "data" of one portrait is not what its text holds, and another has none:
 * of a biometric the other members count, and that there is any. */
static bool biometric_is(const json_t *wanted, const json_t *found)
{
	const char *key;
	json_t *value;

	json_object_foreach(
		(json_t *)(uintptr_t)wanted, key,
		value) if (strcmp(key, "data") != 0 &&
			   !json_equal(value, json_object_get(found, key))) return false;
	return *text_member(found, "data");
}

static bool member_is(const json_t *wanted, const json_t *found)
{
	size_t i;
	json_t *one;

	if (!json_is_object(json_array_get(wanted, 0)))
		return found && json_equal(wanted, found);
	if (json_array_size(wanted) != json_array_size(found))
		return false;
	json_array_foreach(
		wanted, i,
		one) if (!biometric_is(one, json_array_get(found, i))) return false;
	return true;
}

static void is_printed_as_published(const char *name, const json_t *vector,
				    const char *text)
{
	static const char *const parts[] = { "expected_claim169", "expected_cwt_meta" };
	bool good = true;
	const char *key;
	json_t *out, *value;
	int code = verify(text, &out);

	for (size_t i = 0; i < 2; i++)
		json_object_foreach(
			json_object_get(vector, parts[i]), key,
			value) if (!member_is(value, json_object_get(out, key)))
		{
			printf("# '%s' is not as expected\n", key);
			good = false;
		}
	result(code == 0 && good, name, "is_printed_by_the_published_names");
	json_decref(out);
}

/* The same payload in a message of ours. */
static void sign(const char *from, char to[CARD_TEXT_MAX])
{
	const struct made_card how = { .form = MADE_TAG_61_18 };
	static uint8_t decoded_at[VID_CARD_MAX], message_at[VID_CARD_MAX];
	struct buffer decoded = buffer_of(decoded_at, sizeof(decoded_at));
	struct buffer made = buffer_of(message_at, sizeof(message_at));
	struct bytes message, payload;
	struct cbor cbor;
	uint64_t tag;
	size_t count;

	if (claim169_decode(bytes_of_text(from), &decoded, &message) != VID_OK)
		exit(99);
	cbor = cbor_of(message);
	while (cbor_tag(&cbor, &tag))
		;
	if (!cbor_array(&cbor, &count) || !cbor_skip(&cbor, NULL) ||
	    !cbor_skip(&cbor, NULL) || !cbor_bstr(&cbor, &payload))
		exit(99);
	made_message(&how, payload, &ours, &made);
	made_text(MADE_ZLIB, buffer_bytes(&made), to);
}

static void judge(const json_t *vector)
{
	const char *name = text_member(vector, "name"), *key;
	const char *text = text_member(vector, "qr_data");
	const char *error = text_member(vector, "expected_error");
	const char *iss =
		text_member(json_object_get(vector, "expected_cwt_meta"), "issuer");
	char hex[2 * 32 + 1], signed_text[CARD_TEXT_MAX];

	sodium_bin2hex(hex, sizeof(hex), ours.public.at, 32);
	key = text_member(json_object_get(vector, "signing_key"), "public_key_hex");
	trust_the_issuer(name, *iss ? iss : "https://mosip.example.org",
			 *key ? key : hex);
	if (strcmp(error, "Base45Decode") == 0)
		is_refused(name, text, "BASE45");
	else if (strcmp(error, "CoseParse") == 0)
		is_refused(name, text, "COSE_SHAPE");
	else if (json_object_get(vector, "encryption_key"))
		is_refused(name, text, "ENCRYPTED");
	else if (*key)
		is_printed_as_published(name, vector, text);
	else {
		is_refused(name, text, "UNSIGNED");
		sign(text, signed_text);
		if (strcmp(name, "expired") == 0)
			is_refused(name, signed_text, "EXPIRED");
		else if (strcmp(error, "Claim169NotFound") != 0)
			is_printed_as_published(name, vector, signed_text);
	}
}

int main(void)
{
	static const uint8_t seed[32] = { 7 };
	const char *shared = getenv("VID_SHARED"), *build = getenv("VID_BUILD");
	char path[PATH_MAX];
	glob_t found;

	snprintf(path, sizeof(path), "%s/vectors/claim169/*.json",
		 shared ? shared : "../shared");
	if (glob(path, 0, NULL, &found) != 0) {
		printf("1..0 # SKIP no vectors/claim169\n");
		return 0;
	}
	snprintf(vid, sizeof(vid), "%s/vid/vid", build ? build : ".");
	if (sodium_init() < 0 || !mkdtemp(folder))
		return 99;
	snprintf(trust, sizeof(trust), "%s/trust", folder);
	made_key_ed25519(&ours, seed);
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		json_t *vector = json_load_file(found.gl_pathv[i], JSON_ALLOW_NUL, NULL);

		if (!vector)
			return 99;
		judge(vector);
		json_decref(vector);
	}
	printf("1..%u\n", number);
	globfree(&found);
	snprintf(path, sizeof(path), "%s/vector.conf", trust);
	(void)unlink(path);
	(void)rmdir(trust);
	(void)rmdir(folder);
	return failed != 0;
}
