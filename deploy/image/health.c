/* The health check of the image: asks GET /health/ready of the server on HOST and PORT, and exits 0 when the answer is 200, else 1.
   In C, since a Node of its own for every question costs 0.1 to 1.9 s of the processor that should serve; the base has no curl. */
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SECONDS = 2 };

static int unhealthy(const char *why) {
  fprintf(stderr, "%s\n", why);
  return 1;
}

static const char *variable(const char *name, const char *standard) {
  const char *value = getenv(name);
  return value != NULL && *value != '\0' ? value : standard;
}

/* Where to ask a server that listens on `host`: one that listens on all addresses answers on the loopback. */
static const char *address(const char *host) {
  if (strcmp(host, "0.0.0.0") == 0) return "127.0.0.1";
  if (strcmp(host, "::") == 0) return "::1";
  return host;
}

/* A connection to the first address that takes one, or -1. */
static int connected(const struct addrinfo *found) {
  for (; found != NULL; found = found->ai_next) {
    int connection = socket(found->ai_family, found->ai_socktype, found->ai_protocol);
    if (connection < 0) continue;
    if (connect(connection, found->ai_addr, found->ai_addrlen) == 0) return connection;
    close(connection);
  }
  return -1;
}

int main(void) {
  /* The end for whoever accepts and never answers; the signal's exit is not 0 either. */
  alarm(SECONDS);
  const char *host = address(variable("HOST", "127.0.0.1"));
  struct addrinfo wanted = {.ai_socktype = SOCK_STREAM}, *found;
  if (getaddrinfo(host, variable("PORT", "8080"), &wanted, &found) != 0) return unhealthy("HOST or PORT names no address");
  int connection = connected(found);
  if (connection < 0) return unhealthy("nobody listens");

  /* An IPv6 address stands in brackets (RFC 9110, 7.2). */
  const char *form = strchr(host, ':') != NULL ? "GET /health/ready HTTP/1.1\r\nhost: [%s]\r\nconnection: close\r\n\r\n"
                                               : "GET /health/ready HTTP/1.1\r\nhost: %s\r\nconnection: close\r\n\r\n";
  char request[512];
  int length = snprintf(request, sizeof request, form, host);
  if (length >= (int)sizeof request) return unhealthy("HOST is too long");
  if (send(connection, request, length, MSG_NOSIGNAL) != length) return unhealthy("nobody reads");

  const char ready[] = "HTTP/1.1 200 ";
  char answer[sizeof ready - 1];
  if (recv(connection, answer, sizeof answer, MSG_WAITALL) != (ssize_t)sizeof answer) return unhealthy("no answer");
  return memcmp(answer, ready, sizeof answer) == 0 ? 0 : unhealthy("not ready");
}
