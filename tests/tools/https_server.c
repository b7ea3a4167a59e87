/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * https_server CERT KEY FOLDER LOG - a web server for tests, on a free port of 127.0.0.1
 * that it prints. Serves the files of FOLDER with ETag and Last-Modified, and lies:
 *   /stall/NAME     half of the file, then silence      /short/NAME   claims 100 bytes
 * more /long/NAME      claims 10 bytes less                /huge         1 GiB, chunked
 *   /hugelength     claims 1 GiB at once                /loop         redirects to itself
 *   /http           redirects to http://                /to/N/NAME    N redirects to NAME
 *   /drip/NAME      a byte a second                     /headers      headers without end
 *   /cookie/NAME    sets a cookie, redirects to NAME    /silent       no answer at all
 *   /never          304, whatever was asked             /error        500
 * Writes to LOG what it was asked, with the headers. Ends after 300 seconds.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char *folder, *log_path;

static void say(SSL *ssl, const char *text)
{
	(void)SSL_write(ssl, text, (int)strlen(text));
}

static char *content_of(const char *name, size_t *len, struct stat *st)
{
	char path[PATH_MAX];
	char *at;
	FILE *file;

	if (strchr(name, '/') ||
	    (size_t)snprintf(path, sizeof(path), "%s/%s", folder, name) >= sizeof(path))
		return NULL;
	file = fopen(path, "re");
	if (!file)
		return NULL;
	if (fstat(fileno(file), st) < 0 || !(at = malloc((size_t)st->st_size + 1)))
		abort();
	*len = fread(at, 1, (size_t)st->st_size, file);
	fclose(file);
	return at;
}

/* The file, with a Content-Length that is off by `lie`, and at most `part` bytes of it.
 */
static void serve(SSL *ssl, const char *name, const char *asked, long lie, size_t part,
		  unsigned pause)
{
	char head[512], etag[64], modified[64];
	struct stat st;
	size_t len;
	char *at = content_of(name, &len, &st);
	struct tm tm;

	if (!at) {
		say(ssl, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
		return;
	}
	snprintf(etag, sizeof(etag), "\"%lx-%lx-%zx\"", (long)st.st_mtim.tv_sec,
		 (long)st.st_mtim.tv_nsec, len);
	gmtime_r(&st.st_mtim.tv_sec, &tm);
	strftime(modified, sizeof(modified), "%a, %d %b %Y %H:%M:%S GMT", &tm);
	if (strstr(asked, etag)) {
		snprintf(head, sizeof(head),
			 "HTTP/1.1 304 Not Modified\r\nETag: %s\r\n\r\n", etag);
		say(ssl, head);
	} else {
		snprintf(head, sizeof(head),
			 "HTTP/1.1 200 OK\r\nContent-Type: application/statuslist+cwt\r\n"
			 "ETag: %s\r\nLast-Modified: %s\r\nContent-Length: %ld\r\n\r\n",
			 etag, modified, (long)len + lie);
		say(ssl, head);
		if (part > len)
			part = len;
		for (size_t done = 0; done < part;) {
			size_t step = pause ? 1 : part - done;

			if (SSL_write(ssl, at + done, (int)step) <= 0)
				break;
			done += step;
			sleep(pause);
		}
	}
	free(at);
}

static void redirect(SSL *ssl, const char *to)
{
	char head[512];

	snprintf(head, sizeof(head),
		 "HTTP/1.1 302 Found\r\nLocation: %s\r\nSet-Cookie: seen=1; Path=/\r\n"
		 "Content-Length: 0\r\nConnection: close\r\n\r\n",
		 to);
	say(ssl, head);
}

static void huge(SSL *ssl)
{
	static char piece[65536 + 16];
	size_t at = (size_t)snprintf(piece, sizeof(piece), "10000\r\n") + 65536;

	memcpy(piece + at, "\r\n", 2);
	say(ssl, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
	for (int i = 0; i < 16384; i++)
		if (SSL_write(ssl, piece, (int)at + 2) <= 0)
			return;
}

static const char *behind(const char *path, const char *prefix)
{
	size_t len = strlen(prefix);

	return strncmp(path, prefix, len) == 0 ? path + len : NULL;
}

static void answer(SSL *ssl, const char *path, const char *asked)
{
	const char *name;
	char to[300];
	int hops;

	if ((name = behind(path, "/stall/"))) {
		serve(ssl, name, "", 0, 80, 0);
		sleep(60);
	} else if ((name = behind(path, "/short/"))) {
		serve(ssl, name, "", 100, SIZE_MAX, 0);
	} else if ((name = behind(path, "/long/"))) {
		serve(ssl, name, "", -10, SIZE_MAX, 0);
	} else if ((name = behind(path, "/drip/"))) {
		serve(ssl, name, "", 0, SIZE_MAX, 1);
	} else if (strcmp(path, "/huge") == 0) {
		huge(ssl);
	} else if (strcmp(path, "/hugelength") == 0) {
		say(ssl, "HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\nx");
	} else if (strcmp(path, "/loop") == 0) {
		redirect(ssl, "/loop");
	} else if (strcmp(path, "/http") == 0) {
		redirect(ssl, "http://127.0.0.1:1/list");
	} else if (strcmp(path, "/headers") == 0) {
		say(ssl, "HTTP/1.1 200 OK\r\n");
		for (int i = 0; i < 100000; i++)
			say(ssl,
			    "X-More: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n");
	} else if (sscanf(path, "/to/%d/%99s", &hops, to + 200) == 2) {
		if (hops > 1)
			snprintf(to, 200, "/to/%d/%s", hops - 1, to + 200);
		else
			snprintf(to, 200, "/%s", to + 200);
		redirect(ssl, to);
	} else if (strncmp(path, "/silent", 7) == 0) {
		sleep(60);
	} else if (strcmp(path, "/never") == 0) {
		say(ssl, "HTTP/1.1 304 Not Modified\r\n\r\n");
	} else if (strcmp(path, "/error") == 0) {
		say(ssl, "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n");
	} else {
		serve(ssl, path + 1, asked, 0, SIZE_MAX, 0);
	}
}

static void log_asked(const char *asked)
{
	FILE *file = fopen(log_path, "ae");

	if (!file)
		return;
	fprintf(file, "%s", asked);
	fclose(file);
}

static void one(SSL_CTX *ctx, int fd)
{
	SSL *ssl = SSL_new(ctx);
	char asked[8192] = "", path[512] = "";
	size_t len = 0;

	(void)alarm(70);
	SSL_set_fd(ssl, fd);
	if (SSL_accept(ssl) != 1)
		return;
	while (!strstr(asked, "\r\n\r\n") && len + 1 < sizeof(asked)) {
		int got = SSL_read(ssl, asked + len, (int)(sizeof(asked) - 1 - len));

		if (got <= 0)
			return;
		len += (size_t)got;
		asked[len] = '\0';
	}
	log_asked(asked);
	if (sscanf(asked, "GET %511s", path) == 1 && path[0] == '/')
		answer(ssl, path, asked);
	SSL_shutdown(ssl);
}

int main(int argc, char **argv)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof(at);
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (argc != 5 || !ctx || server < 0)
		return 2;
	folder = argv[3];
	log_path = argv[4];
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (SSL_CTX_use_certificate_chain_file(ctx, argv[1]) != 1 ||
	    SSL_CTX_use_PrivateKey_file(ctx, argv[2], SSL_FILETYPE_PEM) != 1 ||
	    bind(server, (struct sockaddr *)&at, sizeof(at)) < 0 ||
	    listen(server, 16) < 0 ||
	    getsockname(server, (struct sockaddr *)&at, &len) < 0) {
		ERR_print_errors_fp(stderr);
		return 1;
	}
	(void)signal(SIGCHLD, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
	printf("%d\n", ntohs(at.sin_port));
	fflush(stdout);
	(void)alarm(300);
	for (;;) {
		int fd = accept4(server, NULL, NULL, SOCK_CLOEXEC);

		if (fd < 0)
			continue;
		if (fork() == 0) {
			one(ctx, fd);
			_exit(0);
		}
		close(fd);
	}
}
