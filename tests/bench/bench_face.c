/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a face costs: from exec with a frame of 640×480 at hand to the first embedding,
 * each further frame, detection alone, and the networks of liveness. CPU milliseconds on
 * one thread, medians.
 *
 * bench_face CARDS SHARED
 * bench_face --frame SHARED FILE.bmp      write the frame, for other programs
 * bench_face --row NAME COMMAND...        the same figures of a command that prints them
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
	double ready, first, further, detect, passive; /* milliseconds of CPU */
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

static void add_networks(struct face_engine *engine, const char *cards,
			 const char *models)
{
	static const char *const names[] = { "minifasnet_v2_2.7", "minifasnet_v1se_4.0" };
	struct problem problem = { "" };
	struct model card;

	for (size_t i = 0; i < 2; i++)
		if (model_card_from(cards, models, names[i], &card, &problem) != VID_OK ||
		    !face_engine_add_passive(engine, &card, &problem)) {
			fprintf(stderr, "%s\n", problem.text);
			exit(2);
		}
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

/* For other programs: the same frame as a BMP file, whose rows go from the lowest up. */
static int write_frame(const char *shared, const char *to)
{
	static const uint8_t
		head[54] = { 'B',         'M',       0x36,      0x10,        0x0e,
			     0,           [10] = 54, [14] = 40, [18] = 0x80, 2,
			     [22] = 0xe0, 1,         [26] = 1,  [28] = 24,   [35] = 0x10,
			     0x0e,        0 };
	char path[4096];
	struct face_picture frame;
	FILE *file = fopen(to, "wb");
	bool written;

	snprintf(path, sizeof(path), "%s/faces/synthetic/person-01-1.jpg", shared);
	frame = frame_of(path);
	written = file && fwrite(head, sizeof(head), 1, file) == 1;
	for (int y = frame.height - 1; written && y >= 0; y--)
		written = fwrite(frame.at + y * frame.stride, (size_t)frame.stride, 1,
				 file) == 1;
	return file && fclose(file) == 0 && written ? 0 : 2;
}

static void print_figures(const struct figures *figures)
{
	printf("%f %f %f %f %f %f\n", figures->ready, figures->first, figures->further,
	       figures->detect, figures->megabytes, figures->passive);
}

static void measure_further(struct face_engine *engine, const struct face_picture *frame,
			    bool live, struct figures *figures)
{
	static float embedding[VID_EMBEDDING_MAX];
	double start, further[FRAMES], detect[FRAMES], passive[FRAMES];
	struct face face;
	float mean;

	for (int i = 0; i < FRAMES; i++) {
		start = cpu_ms();
		(void)face_engine_find(engine, frame, &face, 1);
		detect[i] = cpu_ms() - start;
		(void)face_engine_embed(engine, frame, &face, embedding);
		further[i] = cpu_ms() - start;
		start = cpu_ms();
		if (live && !face_engine_passive(engine, frame, &face, &mean))
			exit(2);
		passive[i] = cpu_ms() - start;
	}
	figures->further = median(further, FRAMES);
	figures->detect = median(detect, FRAMES);
	figures->passive = live ? median(passive, FRAMES) : 0;
}

/* One process's figures, on stdout. With `live` its networks are loaded, too. */
static int measure(const char *cards, const char *shared, const char *detector, bool live)
{
	static float embedding[VID_EMBEDDING_MAX];
	char models[4096], path[4096];
	double start, before = cpu_ms();
	struct figures figures = { 0 };
	struct face_engine *engine;
	struct face_picture frame;
	struct rusage usage;
	struct face face;
	float mean;

	snprintf(models, sizeof(models), "%s/models", shared);
	snprintf(path, sizeof(path), "%s/faces/synthetic/person-01-1.jpg", shared);
	frame = frame_of(path);
	start = cpu_ms(); /* the frame's own cost is not the engine's */
	engine = open_engine(cards, models, detector);
	if (live)
		add_networks(engine, cards, models);
	figures.ready = before + cpu_ms() - start;
	if (face_engine_find(engine, &frame, &face, 1) != 1 ||
	    !face_engine_embed(engine, &frame, &face, embedding))
		return 2;
	figures.first = before + cpu_ms() - start;
	if (live && !face_engine_passive(engine, &frame, &face, &mean))
		return 2;
	getrusage(RUSAGE_SELF, &usage);
	figures.megabytes = (double)usage.ru_maxrss / 1024;
	measure_further(engine, &frame, live, &figures);
	face_engine_close(engine);
	print_figures(&figures);
	return 0;
}

/* What one process prints; without passive liveness it prints one number less. */
static bool run(char *const *command, struct figures *figures)
{
	int ends[2], status;
	FILE *from;
	pid_t child;
	int got;

	if (pipe(ends) != 0 || (child = fork()) < 0)
		return false;
	if (child == 0) {
		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		execvp(command[0], command);
		_exit(2);
	}
	close(ends[1]);
	from = fdopen(ends[0], "r");
	*figures = (struct figures){ .passive = 0 };
	got = from ? fscanf(from, "%lf %lf %lf %lf %lf %lf", &figures->ready,
			    &figures->first, &figures->further, &figures->detect,
			    &figures->megabytes, &figures->passive)
		   : 0;
	if (from)
		fclose(from);
	return waitpid(child, &status, 0) == child && status == 0 && got >= 5;
}

static int row(const char *name, char *const *command)
{
	double values[6][RUNS];
	struct figures figures;

	printf("%-34s", name);
	fflush(stdout);
	for (int i = 0; i < RUNS; i++) {
		if (!run(command, &figures)) {
			puts(" not measured: it failed, or there are no models");
			return 1;
		}
		values[0][i] = figures.ready;
		values[1][i] = figures.first;
		values[2][i] = figures.further;
		values[3][i] = figures.detect;
		values[4][i] = figures.passive;
		values[5][i] = figures.megabytes;
	}
	for (int i = 0; i < 6; i++) {
		double middle = median(values[i], RUNS);

		if (middle > 0)
			printf(" %9.1f", middle);
		else
			printf(" %9s", "-");
	}
	printf("\n");
	return 0;
}

static int all(char *self, char *cards, char *shared)
{
	static char kinds[][2][32] = {
		{ "face_detection_yunet_2022mar", "" },
		{ "face_detection_yunet_2022mar", "live" },
		{ "face_detection_yunet_2023mar", "" },
		{ "basic", "" },
	};
	char name[300];

	printf("face, 640x480, one thread, CPU ms, medians of %d processes\n", RUNS);
	printf("%-34s %9s %9s %9s %9s %9s %9s\n", "", "ready", "first", "further",
	       "detect", "passive", "peak MB");
	static char one[] = "--one";

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		char *command[] = { self,        one,         cards, shared,
				    kinds[i][0], kinds[i][1], NULL };

		snprintf(name, sizeof(name), "%s%s", kinds[i][0],
			 *kinds[i][1] ? " +live" : "");
		(void)row(name, command);
	}
	return 0;
}

int main(int argc, char **argv)
{
	static char self[] = "/proc/self/exe";

	if (argc == 6 && !strcmp(argv[1], "--one"))
		return measure(argv[2], argv[3], argv[4], *argv[5] != 0);
	if (argc == 4 && !strcmp(argv[1], "--frame"))
		return write_frame(argv[2], argv[3]);
	if (argc >= 4 && !strcmp(argv[1], "--row"))
		return row(argv[2], argv + 3);
	if (argc == 3)
		return all(self, argv[1], argv[2]);
	fputs("usage: bench_face CARDS SHARED | --frame SHARED FILE | --row NAME "
	      "COMMAND\n",
	      stderr);
	return 2;
}
