/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/people.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "vid/cli.h"

#define GROUPS_FILE     "groups.csv"
#define GROUPS_FILE_MAX (16 * 1024 * 1024)

void people_free(struct people *people)
{
	for (size_t i = 0; i < people->count; i++)
		free(people->person[i].name);
	for (size_t i = 0; i < people->pictures; i++)
		free(people->picture[i].path);
	for (size_t i = 0; i < people->groups; i++)
		free(people->group[i]);
	free(people->person);
	free(people->picture);
	*people = (struct people){ .person = NULL };
}

bool people_is_picture(const char *name)
{
	static const char *const endings[] = { ".jpg", ".jpeg", ".png", ".pgm", ".webp" };
	const char *dot = *name == '.' ? NULL : strrchr(name, '.');

	for (size_t i = 0; dot && i < sizeof(endings) / sizeof(*endings); i++)
		if (strcasecmp(dot, endings[i]) == 0)
			return true;
	return false;
}

/* --- the folders ----------------------------------------------------------------------
 */

/* Room for one more: doubled at powers of two. */
static bool room_for_one(void **list, size_t count, size_t size)
{
	void *more;

	if (count & (count - 1))
		return true;
	more = reallocarray(*list, count ? 2 * count : 1, size);
	if (more)
		*list = more;
	return more != NULL;
}

static struct person *add_person(struct people *people, const char *name, size_t len)
{
	struct person *person;

	if (!room_for_one((void **)&people->person, people->count, sizeof(*person)))
		return NULL;
	person = &people->person[people->count];
	*person = (struct person){ .name = strndup(name, len),
				   .group = PEOPLE_NO_GROUP,
				   .first = people->pictures };
	if (!person->name)
		return NULL;
	people->count++;
	return person;
}

static bool add_picture(struct people *people, struct person *person, const char *path)
{
	if (!room_for_one((void **)&people->picture, people->pictures,
			  sizeof(*people->picture)) ||
	    !(people->picture[people->pictures].path = strdup(path)))
		return false;
	people->picture[people->pictures].person = (uint32_t)(person - people->person);
	people->pictures++;
	person->pictures++;
	return true;
}

/* Sorted by bytes, so that no locale changes what is measured. */
static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_picture(const struct dirent *entry)
{
	return people_is_picture(entry->d_name);
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

struct listing {
	struct dirent **at;
	int count;
};

static void listing_free(struct listing *listing)
{
	for (int i = 0; i < listing->count; i++)
		free(listing->at[i]);
	free(listing->at);
}

static int take_picture(struct people *people, struct person **person, const char *folder,
			const char *name)
{
	char path[PATH_MAX];

	if (!path_join(path, sizeof(path), folder, name))
		return cli_fail(_("%s: the path is too long"), folder);
	if (people->pictures == PEOPLE_PICTURES_MAX)
		return cli_fail(_("more than %d pictures"), PEOPLE_PICTURES_MAX);
	if (!*person) {
		*person = add_person(people, name, (size_t)(strrchr(name, '.') - name));
		if (*person)
			(*person)->other = true;
	}
	if (!*person || !add_picture(people, *person, path))
		return cli_fail(_("no memory"));
	return CLI_GO;
}

/* The pictures of one person, or of as many others. */
static int read_person(struct people *people, const char *folder, const char *name)
{
	AUTO(listing_free) struct listing files = { NULL, 0 };
	bool others = strcmp(name, PEOPLE_OTHERS) == 0;
	struct person *person = NULL;
	int code = CLI_GO;

	files.count = scandir(folder, &files.at, is_picture, by_bytes);
	if (files.count < 0)
		return cli_fail("%s: %s", folder, strerror(errno));
	if (files.count == 0)
		return CLI_GO;
	if (!others && !(person = add_person(people, name, strlen(name))))
		return cli_fail(_("no memory"));
	for (int i = 0; i < files.count && code == CLI_GO; i++) {
		struct person *whose = person;

		code = take_picture(people, &whose, folder, files.at[i]->d_name);
		people->others += others && code == CLI_GO;
	}
	return code;
}

/* --- groups.csv ------------------------------------------------------------------------
 */

static uint32_t group_of(struct people *people, const char *name)
{
	for (size_t i = 0; i < people->groups; i++)
		if (strcmp(people->group[i], name) == 0)
			return (uint32_t)i;
	if (people->groups == PEOPLE_GROUPS_MAX ||
	    !(people->group[people->groups] = strdup(name)))
		return PEOPLE_NO_GROUP;
	return (uint32_t)people->groups++;
}

/* False: nobody of that name is here. */
static bool set_group(struct people *people, const char *name, uint32_t group)
{
	bool found = false;

	for (size_t i = 0; i < people->count; i++)
		if (strcmp(people->person[i].name, name) == 0) {
			people->person[i].group = group;
			found = true;
		}
	return found;
}

/* "person,group"; a name may hold commas, a group none. */
static int read_group(struct people *people, const char *path, unsigned number,
		      char *line, size_t *strangers)
{
	char *comma;
	uint32_t group;

	line[strcspn(line, "\r")] = '\0';
	if (!*line || (number == 1 && strcmp(line, "person,group") == 0))
		return CLI_GO;
	comma = strrchr(line, ',');
	if (!comma || comma == line || !comma[1])
		return cli_fail(_("%s:%u: not 'person,group'"), path, number);
	*comma = '\0';
	if ((group = group_of(people, comma + 1)) == PEOPLE_NO_GROUP)
		return cli_fail(_("%s:%u: more than %d groups"), path, number,
				PEOPLE_GROUPS_MAX);
	*strangers += !set_group(people, line, group);
	return CLI_GO;
}

static int read_groups(const char *folder, struct people *people)
{
	AUTO(blob_free) struct blob file = { 0 };
	struct problem problem = { .text = "" };
	size_t strangers = 0;
	unsigned number = 0;
	enum vid_reason why;
	char path[PATH_MAX], *rest, *line;
	int code = CLI_GO;

	if (!path_join(path, sizeof(path), folder, GROUPS_FILE))
		return cli_fail(_("%s: the path is too long"), folder);
	why = file_read_untrusted(path, GROUPS_FILE_MAX, &file, &problem);
	if (why == VID_FILE_MISSING)
		return CLI_GO;
	if (why != VID_OK)
		return cli_problem(why, &problem);
	if (memchr(file.at, '\0', file.len))
		return cli_fail(_("%s: not a text"), path);
	rest = (char *)file.at;
	while (code == CLI_GO && (line = strsep(&rest, "\n")))
		code = read_group(people, path, ++number, line, &strangers);
	if (code == CLI_GO && strangers)
		cli_warn(_("%s: %zu lines are about nobody in the folder"), path,
			 strangers);
	return code;
}

int people_read(const char *folder, struct people *people)
{
	AUTO(listing_free) struct listing entries = { NULL, 0 };
	char path[PATH_MAX];
	struct stat st;
	int code = CLI_GO;

	entries.count = scandir(folder, &entries.at, is_visible, by_bytes);
	if (entries.count < 0)
		return cli_fail("%s: %s", folder, strerror(errno));
	for (int i = 0; i < entries.count && code == CLI_GO; i++) {
		const char *name = entries.at[i]->d_name;

		if (!path_join(path, sizeof(path), folder, name))
			code = cli_fail(_("%s: the path is too long"), folder);
		else if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
			code = read_person(people, path, name);
	}
	if (code == CLI_GO && people->pictures == 0)
		return cli_fail(_("%s: no pictures in it (PERSON/*.jpg, *.png, *.pgm)"),
				folder);
	return code == CLI_GO ? read_groups(folder, people) : code;
}
