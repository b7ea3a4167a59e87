/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a face costs: from exec with a frame of 640×480 at hand to the first embedding,
 * each further frame, detection alone. CPU milliseconds on one thread, medians.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/lib/jpeg_picture.h"

#define RUNS   15
#define FRAMES 30

struct figures {
	double ready, first, further, detect; /* milliseconds of CPU */
	double megabytes;
};

/* Of this process since exec: what the dynamic linker took is in it. */
static double cpu_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int by_value(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

static double median(double *values, size_t count)
{
	qsort(values, count, sizeof(*values), by_value);
	return values[count / 2];
}

/* The picture in the middle of a frame as a camera gives it. */
static struct face_picture frame_of(const char *path)
{
	struct face_picture picture = jpeg_picture(path);
	struct face_picture frame = {
		.width = 640, .height = 480, .stride = 640 * 3, .channels = 3
	};
	uint8_t *at = malloc((size_t)frame.stride * 480);

	if (!picture.at || !at)
		exit(2);
	memset(at, 100, (size_t)frame.stride * 480);
	for (int y = 0; y < picture.height; y++)
		memcpy(at + (112 + y) * frame.stride + 192 * 3,
		       picture.at + y * picture.stride, (size_t)picture.stride);
	frame.at = at;
	return frame;
}

static struct face_engine *open_engine(const char *cards, const char *models,
				       const char *detector)
{
	struct model find, embed;
	struct problem problem;
	struct face_engine *engine = NULL;

	if (strcmp(detector, "basic") == 0)
		return face_engine_basic();
	if (model_card_from(cards, models, detector, &find, &problem) == VID_OK &&
	    model_card_from(cards, models, "frr0095", &embed, &problem) == VID_OK)
		engine = face_engine_models(&find, &embed, &problem);
	if (!engine) {
		fprintf(stderr, "%s\n", problem.text);
		exit(2);
	}
	return engine;
}

/* One process's figures, to stdout as bytes: its parent reads them. */
static int measure(const char *cards, const char *shared, const char *detector)
{
	static float embedding[VID_EMBEDDING_MAX];
	char models[4096], path[4096];
	double start, further[FRAMES], detect[FRAMES], before = cpu_ms();
	struct figures figures = { 0 };
	struct face_engine *engine;
	struct face_picture frame;
	struct rusage usage;
	struct face face;

	snprintf(models, sizeof(models), "%s/models", shared);
	snprintf(path, sizeof(path), "%s/faces/synthetic/person-01-1.jpg", shared);
	frame = frame_of(path);
	start = cpu_ms(); /* the frame's own cost is not the engine's */
	engine = open_engine(cards, models, detector);
	figures.ready = before + cpu_ms() - start;
	if (face_engine_find(engine, &frame, &face, 1) != 1 ||
	    !face_engine_embed(engine, &frame, &face, embedding))
		return 2;
	figures.first = before + cpu_ms() - start;
	getrusage(RUSAGE_SELF, &usage);
	figures.megabytes = (double)usage.ru_maxrss / 1024;
	for (int i = 0; i < FRAMES; i++) {
		start = cpu_ms();
		(void)face_engine_find(engine, &frame, &face, 1);
		detect[i] = cpu_ms() - start;
		(void)face_engine_embed(engine, &frame, &face, embedding);
		further[i] = cpu_ms() - start;
	}
	figures.further = median(further, FRAMES);
	figures.detect = median(detect, FRAMES);
	face_engine_close(engine);
	return fwrite(&figures, sizeof(figures), 1, stdout) == 1 ? 0 : 2;
}

static bool run(char **argv, const char *detector, struct figures *figures)
{
	int ends[2], status;
	ssize_t got;
	pid_t child;

	if (pipe(ends) != 0 || (child = fork()) < 0)
		return false;
	if (child == 0) {
		dup2(ends[1], STDOUT_FILENO);
		execl("/proc/self/exe", argv[0], argv[1], argv[2], detector,
		      (char *)NULL);
		_exit(2);
	}
	close(ends[1]);
	got = read(ends[0], figures, sizeof(*figures));
	close(ends[0]);
	return waitpid(child, &status, 0) == child && status == 0 &&
	       got == sizeof(*figures);
}

static bool row(char **argv, const char *detector)
{
	double values[5][RUNS];
	struct figures figures;

	for (int i = 0; i < RUNS; i++) {
		if (!run(argv, detector, &figures))
			return false;
		values[0][i] = figures.ready;
		values[1][i] = figures.first;
		values[2][i] = figures.further;
		values[3][i] = figures.detect;
		values[4][i] = figures.megabytes;
	}
	printf("%-30s", detector);
	for (int i = 0; i < 5; i++)
		printf(" %9.1f", median(values[i], RUNS));
	printf("\n");
	return true;
}

int main(int argc, char **argv)
{
	static const char *const detectors[] = { "face_detection_yunet_2022mar",
						 "face_detection_yunet_2023mar",
						 "basic" };

	if (argc == 4)
		return measure(argv[1], argv[2], argv[3]);
	if (argc != 3) {
		fprintf(stderr, "usage: bench_face CARDS SHARED\n");
		return 2;
	}
	printf("face, 640x480, one thread, CPU ms, medians of %d processes\n", RUNS);
	printf("%-30s %9s %9s %9s %9s %9s\n", "detector", "ready", "first", "further",
	       "detect", "peak MB");
	for (size_t i = 0; i < sizeof(detectors) / sizeof(*detectors); i++)
		if (!row(argv, detectors[i]))
			printf("%-30s not measured: no models here, or built without "
			       "OpenCV\n",
			       detectors[i]);
	return 0;
}
