/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One stage of bench-status, in a process of its own, so that its peak memory is its own:
 *   fill DIR URI ENTRIES    a register of so many places, nine of ten given, one of a
 *                           hundred revoked
 *   take DIR URI COUNT      give COUNT more places, one by one, as vid issuer issue does
 *   verify FILE KEYHEX      signature and claims
 *   lookup FILE KEYHEX IDX  the same, and one entry
 *   time COMMAND...         any command: its seconds and peak
 * Prints seconds, peak KiB.
 */
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "libvid/ini.h"
#include "libvid/register.h"
#include "libvid/status.h"

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void print(double start, int who)
{
	struct rusage usage;

	getrusage(who, &usage);
	printf("%.3f %ld\n", seconds() - start, usage.ru_maxrss);
}

static void must(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "%s failed\n", what);
	exit(1);
}

static void fill(const char *dir, const char *uri, uint64_t entries)
{
	static uint8_t piece[1 << 20];
	struct status_register reg = REGISTER_CLOSED;
	uint8_t noise[4096];

	must(register_open(dir, uri, true, &reg, NULL) == VID_OK, "open");
	must(ftruncate(reg.values, (off_t)entries) == 0, "size");
	for (uint64_t at = 0; at < entries; at += sizeof(piece)) {
		size_t len = entries - at < sizeof(piece) ? (size_t)(entries - at)
							  : sizeof(piece);

		memset(piece, 0x80, sizeof(piece));
		for (size_t i = 0; i < sizeof(piece); i += 10)
			piece[i] = 0; /* one in ten is free: places can still be given */
		for (size_t i = 0; i < sizeof(piece) / 100; i++) {
			if (i % 1024 == 0)
				randombytes_buf(noise, sizeof(noise));
			piece[(*(uint32_t *)(void *)(noise + i % 1024 * 4)) %
			      sizeof(piece)] = 0x80 | REGISTER_REVOKED;
		}
		must(pwrite(reg.values, piece, len, (off_t)at) == (ssize_t)len, "write");
	}
	register_close(&reg);
}

static void take(const char *dir, const char *uri, uint64_t count)
{
	struct status_register reg = REGISTER_CLOSED;
	uint8_t cti[VID_CTI_LEN];
	uint64_t idx;

	must(register_open(dir, uri, true, &reg, NULL) == VID_OK, "open");
	for (uint64_t i = 0; i < count; i++) {
		randombytes_buf(cti, sizeof(cti));
		must(register_take(&reg, cti, &idx, NULL) == VID_OK, "take");
	}
	register_close(&reg);
}

static void look(const char *path, const char *hex, const char *idx)
{
	const struct status_limits raised = { VID_STATUS_TOKEN_MOST,
					      VID_STATUS_INFLATED_MOST };
	struct issuer issuer = { .key_count = 1 };
	struct status_list list;
	struct blob file;
	size_t known;
	uint8_t value;

	issuer.key[0].public.alg = KEY_ED25519;
	must(ini_hex(hex, issuer.key[0].public.at, 32), "key");
	issuer_key_id(&issuer.key[0].public, issuer.key[0].kid);
	must(file_read_untrusted(path, VID_STATUS_TOKEN_MOST, &file, NULL) == VID_OK,
	     "read");
	must(status_open(bytes_of(file.at, file.len), &issuer, bytes_of(NULL, 0), &raised,
			 &list) == VID_OK,
	     "verify");
	if (idx) {
		uint64_t number = strtoull(idx, NULL, 10);

		must(status_entries(&list, &number, 1, &raised, &value, &known) == VID_OK,
		     "lookup");
	}
	blob_free(&file);
}

static void run(char **argv)
{
	int status = 1;
	pid_t child = fork();

	if (child == 0) {
		int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

		(void)dup2(null, STDOUT_FILENO);
		execvp(argv[0], argv);
		_exit(127);
	}
	must(child > 0 && waitpid(child, &status, 0) == child && status == 0, argv[0]);
}

int main(int argc, char **argv)
{
	double start = seconds();

	must(argc >= 4 && sodium_init() >= 0, "start");
	if (strcmp(argv[1], "fill") == 0 && argc == 5)
		fill(argv[2], argv[3], strtoull(argv[4], NULL, 10));
	else if (strcmp(argv[1], "take") == 0 && argc == 5)
		take(argv[2], argv[3], strtoull(argv[4], NULL, 10));
	else if (strcmp(argv[1], "verify") == 0)
		look(argv[2], argv[3], NULL);
	else if (strcmp(argv[1], "lookup") == 0 && argc == 5)
		look(argv[2], argv[3], argv[4]);
	else
		run(argv + 2);
	print(start, strcmp(argv[1], "time") == 0 ? RUSAGE_CHILDREN : RUSAGE_SELF);
	return 0;
}
