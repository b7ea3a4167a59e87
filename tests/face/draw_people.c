/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * draw_people DIR PEOPLE PICTURES OTHERS - a folder as vid face evaluate takes it, of
 * people whom the basic engine tells apart: each a pattern of spots, PGM pictures with
 * noise. The same at every run.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define SIDE 128
#define GRID 12 /* spots across */

static uint32_t draw(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*state >> 40);
}

/* Between the four spots around. */
static double pattern(const double spot[GRID + 1][GRID + 1], int x, int y)
{
	double u = (double)x * GRID / SIDE, v = (double)y * GRID / SIDE;
	int i = (int)u, k = (int)v;

	u -= i;
	v -= k;
	return (1 - v) * ((1 - u) * spot[k][i] + u * spot[k][i + 1]) +
	       v * ((1 - u) * spot[k + 1][i] + u * spot[k + 1][i + 1]);
}

static int draw_picture(const char *path, unsigned person, unsigned picture)
{
	uint64_t who = 7919 * (uint64_t)person + 1,
		 what = 104729 * (uint64_t)picture + who;
	double spot[GRID + 1][GRID + 1];
	FILE *to = fopen(path, "wb");

	if (!to)
		return 1;
	for (int i = 0; i < 20; i++)
		(void)draw(&who);
	for (int k = 0; k <= GRID; k++)
		for (int i = 0; i <= GRID; i++)
			spot[k][i] = 40 + draw(&who) % 176;
	(void)fprintf(to, "P5\n%d %d\n255\n", SIDE, SIDE);
	for (int y = 0; y < SIDE; y++)
		for (int x = 0; x < SIDE; x++)
			(void)fputc((int)lround(pattern(spot, x, y)) +
					    (int)(draw(&what) % 25) - 12,
				    to);
	return fclose(to) != 0;
}

int main(int argc, char **argv)
{
	unsigned people, pictures, others, number = 0;
	char path[4096];
	int bad = 0;

	if (argc != 5)
		return 2;
	people = (unsigned)atoi(argv[2]);
	pictures = (unsigned)atoi(argv[3]);
	others = (unsigned)atoi(argv[4]);
	bad |= mkdir(argv[1], 0755);
	for (; number < people; number++) {
		(void)snprintf(path, sizeof(path), "%s/person-%03u", argv[1], number);
		bad |= mkdir(path, 0755);
		for (unsigned i = 0; i < pictures; i++) {
			(void)snprintf(path, sizeof(path), "%s/person-%03u/%u.pgm",
				       argv[1], number, i);
			bad |= draw_picture(path, number, i);
		}
	}
	(void)snprintf(path, sizeof(path), "%s/_others", argv[1]);
	bad |= mkdir(path, 0755);
	for (; number < people + others; number++) {
		(void)snprintf(path, sizeof(path), "%s/_others/%u.pgm", argv[1], number);
		bad |= draw_picture(path, number, 0);
	}
	return bad != 0;
}
