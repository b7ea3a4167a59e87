/* SPDX-License-Identifier: BSD-2-Clause */
/* What the child of fetch.c does with libcurl. */
#include "vid/fetch.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "libvid/cleanup.h"

#define CONNECT_SECONDS 15
#define SLOW_BYTES      100 /* a second, over SLOW_SECONDS: the server stalls */
#define SLOW_SECONDS    10
#define POLL_MS         1000

struct transfer {
	int fd;
	size_t len, most;
	bool too_large;
	struct status_validators *got;
};

enum slot_state { SLOT_FREE, SLOT_BUSY, SLOT_TOLD };

/* One file under way. */
struct slot {
	enum slot_state state;
	CURL *easy;
	struct curl_slist *headers;
	struct transfer transfer;
	struct fetch_report report;
};

struct child {
	const struct fetch_work *work;
	CURLM *multi;
	size_t next; /* jobs before this one are over */
	bool *begun;
	struct slot slot[FETCH_SLOTS];
};

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

static bool prepare(struct slot *slot, const struct fetch_job *job,
		    const struct fetch_limits *limits)
{
	CURL *curl = slot->easy = curl_easy_init();
	struct curl_slist **headers = &slot->headers;

	return curl && set_up(curl, job->uri, limits) &&
	       header_add(headers, "Accept: ", limits->accept ? limits->accept : "*/*") &&
	       header_add(headers, "If-None-Match: ", job->have.etag) &&
	       header_add(headers, "If-Modified-Since: ", job->have.modified) &&
	       curl_easy_setopt(curl, CURLOPT_HTTPHEADER, *headers) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_WRITEDATA, &slot->transfer) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_HEADERDATA, &slot->transfer) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_PRIVATE, slot) == CURLE_OK;
}

static void send_report(const struct child *child, struct slot *slot,
			enum fetch_event event)
{
	slot->report.event = event;
	(void)!write(child->work->link, &slot->report, sizeof(slot->report));
}

static void slot_end(struct child *child, struct slot *slot)
{
	if (slot->easy) {
		(void)curl_multi_remove_handle(child->multi, slot->easy);
		curl_easy_cleanup(slot->easy);
	}
	curl_slist_free_all(slot->headers);
	slot->easy = NULL;
	slot->headers = NULL;
	slot->state = SLOT_TOLD;
	send_report(child, slot, FETCH_ENDED);
}

static void slot_begin(struct child *child, size_t index, size_t job)
{
	const struct fetch_work *work = child->work;
	struct slot *slot = &child->slot[index];

	*slot = (struct slot){
		.state = SLOT_BUSY,
		.transfer = { .fd = work->body + (int)index,
			      .most = work->limits->bytes,
			      .got = &slot->report.got },
		.report = { .job = (uint32_t)job,
			    .slot = (uint32_t)index,
			    .result = FETCH_FAILED,
			    .error = "libcurl cannot be used" },
	};
	child->begun[job] = true;
	send_report(child, slot, FETCH_STARTED);
	if (ftruncate(slot->transfer.fd, 0) < 0 ||
	    lseek(slot->transfer.fd, 0, SEEK_SET) < 0 ||
	    !prepare(slot, &work->jobs[job], work->limits) ||
	    curl_multi_add_handle(child->multi, slot->easy) != CURLM_OK)
		slot_end(child, slot);
}

static bool group_has_room(const struct child *child, size_t group)
{
	size_t busy = 0;

	for (size_t i = 0; i < FETCH_SLOTS; i++)
		busy += child->slot[i].state != SLOT_FREE &&
			child->work->jobs[child->slot[i].report.job].group == group;
	return busy < FETCH_GROUP_SLOTS;
}

/* The first job whose group has room; work->count when there is none now. */
static size_t next_job(struct child *child)
{
	const struct fetch_work *work = child->work;

	while (child->next < work->count &&
	       (work->over[child->next] || child->begun[child->next]))
		child->next++;
	for (size_t i = child->next; i < work->count; i++)
		if (!work->over[i] && !child->begun[i] &&
		    group_has_room(child, work->jobs[i].group))
			return i;
	return work->count;
}

static bool begin_jobs(struct child *child)
{
	bool busy = false;

	for (size_t i = 0; i < FETCH_SLOTS; i++) {
		size_t job;

		if (child->slot[i].state == SLOT_FREE &&
		    (job = next_job(child)) < child->work->count)
			slot_begin(child, i, job);
		busy = busy || child->slot[i].state != SLOT_FREE;
	}
	return busy;
}

static void end_jobs(struct child *child)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(child->multi, &left))) {
		char *at = NULL;
		struct slot *slot;

		if (message->msg != CURLMSG_DONE ||
		    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &at) !=
			    CURLE_OK ||
		    !at)
			continue;
		slot = (struct slot *)(void *)at;
		report_outcome(slot->easy, message->data.result, &slot->transfer,
			       &child->work->jobs[slot->report.job].have, &slot->report);
		slot_end(child, slot);
	}
}

/* The parent has copied these bodies. False when it is gone. */
static bool free_slots(struct child *child)
{
	uint8_t index;
	ssize_t got;

	while ((got = recv(child->work->link, &index, 1, MSG_DONTWAIT)) == 1)
		if (index < FETCH_SLOTS && child->slot[index].state == SLOT_TOLD)
			child->slot[index].state = SLOT_FREE;
	return got < 0 && (errno == EAGAIN || errno == EINTR);
}

void fetch_child(const struct fetch_work *work)
{
	static struct child child;
	struct curl_waitfd link = { .fd = work->link, .events = CURL_WAIT_POLLIN };
	int running;

	child.work = work;
	child.begun = calloc(work->count, sizeof(*child.begun));
	if (!child.begun || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
	    !(child.multi = curl_multi_init()))
		return;
	while (begin_jobs(&child)) {
		if (curl_multi_perform(child.multi, &running) != CURLM_OK)
			return;
		end_jobs(&child);
		if (curl_multi_poll(child.multi, &link, 1, POLL_MS, NULL) != CURLM_OK ||
		    !free_slots(&child))
			return;
	}
}
