/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/render/player.h"

#include <math.h>
#include <string.h>

#define DISTANCE 7.5f  /* eye distances */
#define TURN     0.55f /* radians: far enough for every face */
#define NOD      0.2f  /* radians */
#define NEAR     0.72f /* of the distance */
#define SPEED    1.1f  /* radians a second */
#define PACE     3.5f  /* eye distances a second */

void player_begin(struct player *player, enum render_body body)
{
	uint32_t seed = player->seed ? player->seed : 1;

	memset(player, 0, sizeof(*player));
	player->seed = seed;
	player->view = (struct render_view){
		.body = body, .distance = DISTANCE, .light = 1, .noise = 2, .radius = 1
	};
	player->distance = DISTANCE;
	for (int i = 0; i < 3; i++)
		player->sway[i] = (float)(render_chance(&player->seed) % 628) / 100;
}

static float towards(float from, float to, float most)
{
	return fabsf(to - from) <= most ? to : from + (to > from ? most : -most);
}

static void aim(struct player *player, const char *word)
{
	player->yaw = !strcmp(word, "left") ? TURN : !strcmp(word, "right") ? -TURN : 0;
	player->pitch = !strcmp(word, "up") ? -NOD : !strcmp(word, "down") ? NOD : 0;
	player->distance = !strcmp(word, "nearer") ? DISTANCE * NEAR : DISTANCE;
}

void player_step(struct player *player, const char *word, unsigned milliseconds)
{
	struct render_view *view = &player->view;
	float seconds = (float)milliseconds / 1000, time;

	player->time += milliseconds;
	if (strcmp(word, player->word) != 0) {
		strncpy(player->word, word, sizeof(player->word) - 1);
		player->heard = player->time;
		player->reaction = 250 + render_chance(&player->seed) % 350;
	}
	if (player->time - player->heard >= player->reaction)
		aim(player, player->word);
	view->yaw = towards(view->yaw, player->yaw, SPEED * seconds);
	player->nod = towards(player->nod, player->pitch, SPEED * seconds);
	view->distance = towards(view->distance, player->distance, PACE * seconds);
	/* nobody stands like a post */
	time = (float)player->time / 1000;
	view->x = 3 * sinf(time * 1.1f + player->sway[0]);
	view->y = 2 * sinf(time * .8f + player->sway[1]);
	view->roll = .02f * sinf(time * .6f + player->sway[2]);
	view->pitch = player->nod + .015f * sinf(time * .9f + player->sway[0]);
	view->light = 1 + .01f * sinf(time * .3f);
	view->seed++;
}
