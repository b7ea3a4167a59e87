/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * model_source.h - which card a model is installed by, and where its file comes from
 *
 * All complain themselves and answer with an exit code of cli.h, CLI_GO when all is well.
 */
#ifndef VID_MODEL_SOURCE_H
#define VID_MODEL_SOURCE_H

#include "libvid/files.h"
#include "vid/models.h"

struct model_source {
	const char *what;          /* FILE, URL or NAME, as it was said */
	const char *card_file;     /* --card; NULL: a card that is known here */
	const char *ca_file;       /* --ca-file; NULL */
	unsigned seconds;          /* for a fetch */
	struct model model;        /* found: the card */
	struct blob card, network; /* the card's text where it came from card_file */
	char url[512];             /* empty: `what` is a file */
};

/* Find the card. model_source_free in any case. */
int model_source_find(struct model_source *source, const struct models *models);

/* Read or fetch the network, and hold it against the card: CLI_REFUSED when it is not
 * the card's. */
int model_source_get(struct model_source *source);

void model_source_free(struct model_source *source);

#endif
