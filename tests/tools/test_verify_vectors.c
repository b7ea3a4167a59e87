/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every vector of the profile through `vid token verify`, as a file and, where it fits,
 * as the text of a QR code on standard input: the exit code and the exact step.
 */
#include <fcntl.h>
#include <stdarg.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libvid/base45.h"
#include "libvid/limits.h"
#include "tests/unit/vectors.h"

static char vid[PATH_MAX], folder[] = "/tmp/vid-vectors-XXXXXX";
static char trust[64], message[64], output[64];
static unsigned number, failed;

static void result(bool good, const char *name, const char *how, int code,
		   const char *said)
{
	printf("%s %u - %s_%s\n", good ? "ok" : "not ok", ++number, name, how);
	if (good)
		return;
	failed++;
	printf("# exit %d, said: %s\n", code, said);
}

/* Run with standard input from `input` and standard output to a file. */
static int run(const char *const *argv, const char *input)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		int in = open(input, O_RDONLY);
		int out = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0600);

		if (in < 0 || out < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0)
			_exit(126);
		execv(vid, (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

static void write_file(const char *path, const void *at, size_t len)
{
	FILE *to = fopen(path, "w");

	if (!to || fwrite(at, 1, len, to) != len || fclose(to) != 0)
		exit(99);
}

static void first_line(char *line, size_t size)
{
	FILE *from = fopen(output, "r");

	line[0] = '\0';
	if (from) {
		if (fgets(line, (int)size, from))
			line[strcspn(line, "\n")] = '\0';
		fclose(from);
	}
}

static void judge(json_t *profile, json_t *vector, const char *file, const char *how)
{
	const char *name = json_string_value(json_object_get(vector, "name"));
	int step = (int)json_integer_value(json_object_get(vector, "step"));
	char at[24], lifetime[24], skew[24], line[256], wanted[32];
	int code;

#define TEXT(key) json_string_value(json_object_get(profile, key))
#define NUMBER(key, to)                                                                  \
	snprintf(to, sizeof(to), "%lld",                                                 \
		 (long long)json_integer_value(json_object_get(profile, key)))
	NUMBER("now", at);
	NUMBER("max_lifetime", lifetime);
	NUMBER("skew", skew);
	code = run(
		(const char *const[]){
			"vid",        "token",   "verify",       "--profile",
			"vid",        "--trust", trust,          "--at",
			at,           "--realm", TEXT("aud"),    "--host",
			TEXT("host"), "--nonce", TEXT("cnonce"), "--max-lifetime",
			lifetime,     "--skew",  skew,           file,
			NULL },
		message);
	first_line(line, sizeof(line));
	snprintf(wanted, sizeof(wanted), "refused: step %d: ", step);
	if (step == 0)
		result(code == 0 && strcmp(line, "valid") == 0, name, how, code, line);
	else
		result(code == 1 && strncmp(line, wanted, strlen(wanted)) == 0 &&
			       line[strlen(wanted)],
		       name, how, code, line);
}

static void judge_both_ways(json_t *profile, json_t *vector)
{
	struct bytes raw = unhex(json_string_value(json_object_get(vector, "hex")));
	static uint8_t room[2 * VID_QR_TEXT_MAX];
	struct buffer text = buffer_of(room, sizeof(room));

	write_file(message, raw.at, raw.len);
	judge(profile, vector, message, "as_a_file");
	/* No message, no text: "VID1:" alone is judged by the unit tests. */
	if (raw.len == 0) {
		free((void *)(uintptr_t)raw.at);
		return;
	}
	buffer_add(&text, "VID1:", 5);
	base45_encode(raw, &text);
	free((void *)(uintptr_t)raw.at);
	buffer_add(&text, "\n", 1);
	if (text.full)
		exit(99);
	write_file(message, text.at, text.len);
	judge(profile, vector, "-", "as_QR_text");
}

static void trust_the_issuer(json_t *profile)
{
	int code =
		run((const char *const[]){ "vid", "issuer", "trust", "--dir", trust,
					   "--iss", TEXT("iss"), "--realm", TEXT("aud"),
					   "--key", TEXT("issuer_pub"), "--kid",
					   TEXT("kid"), "--as", "example", NULL },
		    "/dev/null");
	char line[256];

	first_line(line, sizeof(line));
	result(code == 0, "issuer_of_the_vectors", "is_trusted", code, line);
}

int main(void)
{
	const char *build = getenv("VID_BUILD");
	json_t *profile = vectors_own("vid/profile.json"), *vector;
	char path[PATH_MAX];
	size_t i;

	snprintf(vid, sizeof(vid), "%s/vid/vid", build ? build : ".");
	if (!mkdtemp(folder))
		return 99;
	snprintf(trust, sizeof(trust), "%s/trust", folder);
	snprintf(message, sizeof(message), "%s/message", folder);
	snprintf(output, sizeof(output), "%s/output", folder);

	trust_the_issuer(profile);
	json_array_foreach(json_object_get(profile, "vectors"), i, vector)
		judge_both_ways(profile, vector);
	printf("1..%u\n", number);

	snprintf(path, sizeof(path), "%s/example.conf", trust);
	(void)unlink(path);
	(void)rmdir(trust);
	(void)unlink(message);
	(void)unlink(output);
	(void)rmdir(folder);
	json_decref(profile);
	return failed != 0;
}
