/* SPDX-License-Identifier: BSD-2-Clause */
/* What the child of fetch.c does with libcurl. */
#include "vid/fetch.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <strings.h>

#include "libvid/cleanup.h"

#define CONNECT_SECONDS 15
#define SLOW_BYTES      100 /* a second, over SLOW_SECONDS: the server stalls */
#define SLOW_SECONDS    10

struct transfer {
	int fd;
	size_t len, most;
	bool too_large;
	struct status_validators *got;
};

static void curl_free_easy(CURL **curl)
{
	curl_easy_cleanup(*curl);
}

static void curl_free_list(struct curl_slist **list)
{
	curl_slist_free_all(*list);
}

static size_t on_body(char *at, size_t size, size_t count, void *user)
{
	struct transfer *t = user;
	size_t len = size * count, done = 0;

	t->too_large = len > t->most - t->len;
	if (t->too_large)
		return 0; /* ends the transfer */
	while (done < len) {
		ssize_t put = write(t->fd, at + done, len - done);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return 0;
		done += (size_t)put;
	}
	t->len += len;
	return len;
}

/* The value of header `name`, without the blanks around it; a long one is none. */
static void take_header(const char *line, size_t len, const char *name, char *to,
			size_t size)
{
	size_t skip = strlen(name);

	if (len <= skip || strncasecmp(line, name, skip) != 0)
		return;
	line += skip;
	len -= skip;
	while (len && (*line == ' ' || *line == '\t')) {
		line++;
		len--;
	}
	while (len &&
	       (line[len - 1] == '\r' || line[len - 1] == '\n' || line[len - 1] == ' '))
		len--;
	(void)bytes_to_text(bytes_of(line, len), to, size);
}

static size_t on_header(char *at, size_t size, size_t count, void *user)
{
	struct transfer *t = user;
	size_t len = size * count;

	if (len > 5 && memcmp(at, "HTTP/", 5) == 0) /* of a redirect's target */
		*t->got = (struct status_validators){ .etag = "" };
	take_header(at, len, "ETag:", t->got->etag, sizeof(t->got->etag));
	take_header(at, len, "Last-Modified:", t->got->modified,
		    sizeof(t->got->modified));
	return len;
}

static bool header_add(struct curl_slist **headers, const char *name, const char *value)
{
	char line[256];
	struct curl_slist *longer;

	if (name[0] && !value[0])
		return true;
	(void)snprintf(line, sizeof(line), "%s%s", name, value);
	longer = curl_slist_append(*headers, line);
	if (longer)
		*headers = longer;
	return longer != NULL;
}

/* Bounds, and what is never done. */
static bool set_up(CURL *curl, const char *uri, const struct fetch_limits *limits)
{
	struct curl_blob ca = { .data = (void *)limits->ca.at,
				.len = limits->ca.len,
				.flags = CURL_BLOB_NOCOPY };
	CURLcode bad = CURLE_OK;

	bad |= curl_easy_setopt(curl, CURLOPT_URL, uri);
	bad |= curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https");
	bad |= curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "https");
	bad |= curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
	bad |= curl_easy_setopt(curl, CURLOPT_MAXREDIRS, (long)FETCH_REDIRECTS);
	bad |= curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
	bad |= curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
	bad |= curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	bad |= curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	bad |= curl_easy_setopt(curl, CURLOPT_PROXY, "");
	bad |= curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	bad |= curl_easy_setopt(curl, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	bad |= curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	bad |= curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)limits->seconds);
	bad |= curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
	bad |= curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, (long)SLOW_BYTES);
	bad |= curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)SLOW_SECONDS);
	bad |= curl_easy_setopt(curl, CURLOPT_MAXFILESIZE_LARGE,
				(curl_off_t)limits->bytes);
	if (limits->ca.len) {
		bad |= curl_easy_setopt(curl, CURLOPT_CAINFO_BLOB, &ca);
		bad |= curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
	}
	return bad == CURLE_OK;
}

static void report_outcome(CURL *curl, CURLcode code, const struct transfer *t,
			   const struct status_validators *have,
			   struct fetch_report *report)
{
	long http = 0;

	(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &http);
	report->result = FETCH_FAILED;
	if (t->too_large || code == CURLE_FILESIZE_EXCEEDED)
		(void)snprintf(report->error, sizeof(report->error),
			       "more than %zu bytes", t->most);
	else if (code != CURLE_OK)
		(void)snprintf(report->error, sizeof(report->error), "%s",
			       curl_easy_strerror(code));
	else if (http == 304 && (have->etag[0] || have->modified[0]))
		report->result = FETCH_UNCHANGED;
	else if (http == 200)
		report->result = FETCH_NEW;
	else
		(void)snprintf(report->error, sizeof(report->error),
			       "the web server answered %ld", http);
}

void fetch_over_https(const char *uri, const struct fetch_limits *limits,
		      const struct status_validators *have, int fd,
		      struct fetch_report *report)
{
	struct transfer t = { .fd = fd, .most = limits->bytes, .got = &report->got };
	AUTO(curl_free_easy) CURL *curl = NULL;
	AUTO(curl_free_list) struct curl_slist *headers = NULL;

	report->result = FETCH_FAILED;
	(void)snprintf(report->error, sizeof(report->error), "libcurl cannot be used");
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
	    !(curl = curl_easy_init()) || !set_up(curl, uri, limits) ||
	    !header_add(&headers, "Accept: ", limits->accept ? limits->accept : "*/*") ||
	    !header_add(&headers, "If-None-Match: ", have->etag) ||
	    !header_add(&headers, "If-Modified-Since: ", have->modified) ||
	    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers) != CURLE_OK ||
	    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body) != CURLE_OK ||
	    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &t) != CURLE_OK ||
	    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header) != CURLE_OK ||
	    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &t) != CURLE_OK)
		return;
	report_outcome(curl, curl_easy_perform(curl), &t, have, report);
}
