/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/page.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "libvid/cleanup.h"
#include "libvid/printable.h"
#include "vid/cli.h"

static const char style[] =
	":root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--line:#d0d7de;"
	"--good:#1a7f37;--bad:#cf222e;--soft:#6e7781}\n"
	"@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--paper:#0d1117;"
	"--line:#30363d;--good:#3fb950;--bad:#f85149;--soft:#8b949e}}\n"
	"body{font:16px/1.5 "
	"system-ui,sans-serif;color:var(--ink);background:var(--paper);"
	"max-width:60rem;margin:2rem auto;padding:0 1rem}\n"
	"table{border-collapse:collapse;width:100%}\n"
	"td,th{padding:.4rem .6rem;border-bottom:1px solid var(--line);text-align:left}\n"
	"td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}\n"
	"p.soft,td.soft{color:var(--soft)}\n"
	"svg{max-width:100%;height:auto}svg text{font:12px system-ui,sans-serif;"
	"fill:var(--soft)}\n";

static void put_character(FILE *to, char character)
{
	switch (character) {
	case '<':
		(void)fputs("&lt;", to);
		break;
	case '>':
		(void)fputs("&gt;", to);
		break;
	case '&':
		(void)fputs("&amp;", to);
		break;
	case '"':
		(void)fputs("&quot;", to);
		break;
	case '\'':
		(void)fputs("&#39;", to);
		break;
	default:
		(void)fputc(character, to);
	}
}

void page_text(FILE *to, const char *text)
{
	for (const char *at = PRINTABLE(text); *at; at++)
		put_character(to, *at);
}

/* The locale of numbers is the thread's: the rest of `vid` keeps its own. */
static int put_page(FILE *to, const char *title, page_body *body, const void *user)
{
	locale_t plain = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0), before;

	if (plain == (locale_t)0)
		return -1;
	before = uselocale(plain);
	(void)fprintf(
		to,
		"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
		"<title>%s</title>\n<style>\n%s</style></head><body>\n<h1>%s</h1>\n",
		title, style, title);
	body(to, user);
	(void)fputs("</body></html>\n", to);
	(void)uselocale(before);
	freelocale(plain);
	return ferror(to) ? -1 : 0;
}

int page_write(const char *path, bool force, const char *title, page_body *body,
	       const void *user)
{
	AUTO_FREE char *text = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&text, &len);
	int bad;

	if (!to)
		return cli_fail(_("not enough memory"));
	bad = put_page(to, title, body, user);
	if (fclose(to) != 0 || bad)
		return cli_fail(_("not enough memory"));
	return cli_write(path, bytes_of(text, len), 0644, force);
}
