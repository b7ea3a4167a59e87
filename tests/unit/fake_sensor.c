/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fake_sensor - a sensor that was taken over; its name says what it does
 *
 * A sensor gets no argument and no environment, so the tests make one symbolic link for
 * each behaviour. Nothing here is part of the product.
 */
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libvid/limits.h"
#include "libvid/wire.h"
#include "sensors/protocol.h"

#define DIMENSION 128

extern char **environ;

static struct wire_frame frame;

static void tell(void)
{
	if (wire_send(0, &frame, wire_now() + 10000) != WIRE_OK)
		_exit(3);
}

static void fail_with(uint32_t failure, const char *why)
{
	wire_start(&frame, CAMERA_FAILED);
	wire_put_u32(&frame, CAMERA_FIELD_FAILURE, failure);
	wire_put_text(&frame, CAMERA_FIELD_WHY, why);
	tell();
}

static void ready(uint32_t dimension, const char *model)
{
	wire_start(&frame, CAMERA_READY);
	wire_put_u32(&frame, CAMERA_FIELD_DIMENSION, dimension);
	wire_put_text(&frame, CAMERA_FIELD_MODEL_ID, model);
	tell();
}

static void put_embedding(size_t dimension, float first)
{
	float embedding[2 * VID_EMBEDDING_MAX] = { first };

	wire_put(&frame, CAMERA_FIELD_EMBEDDING,
		 bytes_of(embedding, dimension * sizeof(float)));
}

/* A good face but for what the name says. */
static void face(const char *name)
{
	uint8_t box[8] = { 1, 0, 2, 0, 3, 0, 4, 1 };
	uint8_t landmarks[40] = { 0, 9, 0, 0, 0x80, 8, 0, 0 };
	uint8_t quality[6] = { 40, 0, 0, 1, 120, 0 };
	float first = 1;
	size_t dimension = DIMENSION;

	if (!strcmp(name, "nan"))
		first = NAN;
	if (!strcmp(name, "infinite"))
		first = INFINITY;
	if (!strcmp(name, "shout"))
		first = 1000;
	if (!strcmp(name, "zero"))
		first = 0;
	if (!strcmp(name, "short-embedding"))
		dimension = DIMENSION - 1;
	if (!strcmp(name, "long-embedding"))
		dimension = VID_EMBEDDING_MAX + 1;
	if (!strcmp(name, "brightness"))
		quality[5] = 1;
	wire_start(&frame, CAMERA_FACE_SEEN);
	wire_put_u32(&frame, CAMERA_FIELD_SEQUENCE, 7);
	if (strcmp(name, "no-time") != 0)
		wire_put_u32(&frame, CAMERA_FIELD_TIME, 1234);
	wire_put_u32(&frame, CAMERA_FIELD_REPEATED, !strcmp(name, "flag") ? 2 : 0);
	wire_put(&frame, CAMERA_FIELD_BOX,
		 bytes_of(box, !strcmp(name, "short-box") ? 7 : 8));
	wire_put(&frame, CAMERA_FIELD_LANDMARKS, bytes_of(landmarks, sizeof(landmarks)));
	wire_put(&frame, CAMERA_FIELD_QUALITY, bytes_of(quality, sizeof(quality)));
	put_embedding(dimension, first);
	tell();
}

static void qr(size_t len)
{
	static uint8_t text[WIRE_BODY_MAX];

	memset(text, 'A', sizeof(text));
	wire_start(&frame, CAMERA_QR_SEEN);
	wire_put(&frame, CAMERA_FIELD_QR, bytes_of(text, len));
	tell();
}

static void gate(uint32_t which)
{
	wire_start(&frame, CAMERA_GATE);
	wire_put_u32(&frame, CAMERA_FIELD_GATE, which);
	tell();
}

/* How it was started, one fact a line. */
static void report(void)
{
	FILE *out = fdopen(dup(0), "w"), *status = fopen("/proc/self/status", "r");
	char line[256], cwd[64] = "";
	struct rlimit bound;
	struct stat where[3];
	struct sigaction action;

	if (!out || !status)
		_exit(3);
	while (fgets(line, sizeof(line), status))
		fputs(line, out);
	if (getrlimit(RLIMIT_AS, &bound) == 0)
		fprintf(out, "as %llu\n", (unsigned long long)bound.rlim_max);
	if (getrlimit(RLIMIT_CPU, &bound) == 0)
		fprintf(out, "cpu %llu\n", (unsigned long long)bound.rlim_max);
	if (getrlimit(RLIMIT_CORE, &bound) == 0)
		fprintf(out, "core %llu\n", (unsigned long long)bound.rlim_max);
	if (getrlimit(RLIMIT_FSIZE, &bound) == 0)
		fprintf(out, "fsize %llu\n", (unsigned long long)bound.rlim_max);
	fprintf(out, "cwd %s\numask %03o\n", getcwd(cwd, sizeof(cwd)), umask(0));
	fprintf(out, "environment %s\n", environ[0] ? environ[0] : "empty");
	sigaction(SIGPIPE, NULL, &action);
	fprintf(out, "sigpipe %s\n", action.sa_handler == SIG_DFL ? "default" : "other");
	for (int fd = 0; fd < 3; fd++)
		fstat(fd, &where[fd]);
	fprintf(out, "null %d\n",
		S_ISCHR(where[1].st_mode) && where[1].st_rdev == where[2].st_rdev);
	for (int fd = 5; fd < 64; fd++) /* 3 and 4 are this function's own files */
		if (fcntl(fd, F_GETFD) >= 0)
			fprintf(out, "leaked %d\n", fd);
	fprintf(out, "end\n");
	fflush(out);
	_exit(0);
}

static void before_ready(const char *name)
{
	if (!strcmp(name, "report"))
		report();
	if (!strcmp(name, "dies"))
		_exit(1);
	if (!strcmp(name, "crashes"))
		abort();
	if (!strcmp(name, "silent"))
		for (;;)
			pause();
	if (!strcmp(name, "garbage"))
		for (;;)
			if (write(0, "garbage ", 8) != 8)
				_exit(3);
	if (!strcmp(name, "busy"))
		fail_with(CAMERA_FAILURE_BUSY, "/dev/video9 is \x1b[31m in use");
	if (!strcmp(name, "failure-99"))
		fail_with(99, "x");
	if (!strcmp(name, "dimension-0"))
		ready(0, "m:1");
	if (!strcmp(name, "dimension-513"))
		ready(VID_EMBEDDING_MAX + 1, "m:1");
	if (!strcmp(name, "model-control"))
		ready(DIMENSION, "m\n1");
	if (!strcmp(name, "face-first"))
		face(name);
}

static void after_ready(const char *name)
{
	if (!strcmp(name, "qr-empty"))
		qr(0);
	else if (!strcmp(name, "qr-long"))
		qr(VID_QR_TEXT_MAX + 65);
	else if (!strcmp(name, "qr-longest"))
		qr(VID_QR_TEXT_MAX + 64);
	else if (!strcmp(name, "gate-99"))
		gate(99);
	else if (!strcmp(name, "gate-0"))
		gate(0);
	else if (!strcmp(name, "late-qr")) {
		qr(20); /* was on its way when faces were asked for */
		face(name);
	} else if (!strcmp(name, "endless"))
		for (;;)
			qr(20);
	else if (!strcmp(name, "unplugged"))
		fail_with(CAMERA_FAILURE_DEVICE, "unplugged");
	else if (!strcmp(name, "type-77")) {
		wire_start(&frame, 77);
		tell();
	} else
		face(name);
}

int main(int argc, char **argv)
{
	const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;
	const char *name = slash ? slash + 1 : "";
	static struct wire_frame asked;

	before_ready(name);
	if (wire_receive(0, &asked, wire_now() + 10000, -1) != WIRE_OK)
		return 1;
	ready(DIMENSION, "fake:0123456789abcdef");
	if (!strcmp(name, "dies-later"))
		return 1;
	if (wire_receive(0, &asked, wire_now() + 10000, -1) != WIRE_OK)
		return 1;
	after_ready(name);
	for (;;)
		pause();
}
