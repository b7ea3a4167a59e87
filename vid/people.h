/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * people.h - a folder of pictures to measure with: DIR/PERSON/PICTURE, and DIR/_others
 *
 * Each picture in _others is of somebody else of whom there is no second one: an impostor
 * to everybody. DIR/groups.csv may say who belongs to which group. All complain
 * themselves and answer with an exit code of cli.h, CLI_GO when all is well.
 */
#ifndef VID_PEOPLE_H
#define VID_PEOPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PEOPLE_PICTURES_MAX 100000 /* 200 MB of embeddings */
#define PEOPLE_GROUPS_MAX   64
#define PEOPLE_NO_GROUP     UINT32_MAX
#define PEOPLE_OTHERS       "_others"

struct person {
	char *name;     /* of the folder; of an other: of the file, without ending */
	bool other;     /* from _others */
	uint32_t group; /* index, or PEOPLE_NO_GROUP */
	size_t first,
		pictures; /* where its pictures stand in the list, in order of name */
};

struct people {
	struct person *person;
	size_t count, others;
	struct {
		char *path;
		uint32_t person;
	} * picture;
	size_t pictures;
	char *group[PEOPLE_GROUPS_MAX];
	size_t groups;
};

/* Zero it first; people_free in any case. */
int people_read(const char *folder, struct people *people);
void people_free(struct people *people); /* usable with AUTO() */

/* Does a file's name end as a picture's does? */
bool people_is_picture(const char *name);

#endif
