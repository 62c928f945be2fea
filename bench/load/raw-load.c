/*
 * Sends prepared Produce requests to a Kafka-protocol broker and times the answers, with so little work per request
 * that the broker is what is measured.
 *
 *   raw-load HOST PORT MODE REQUESTS ERROR-AT SECONDS [WINDOW | RATE]
 *
 * MODE pipelined keeps WINDOW requests in flight; serial one; latency sends records at RATE a second by a schedule
 * that is fixed beforehand (open loop): each record counts from the time it was due, so that a stall is charged to
 * every record that was due meanwhile. As a client does with linger 0, records that are due while five requests are
 * in flight go together in the next one.
 *
 * REQUESTS is a file: a count, then for 1, 2, ... records a length and a whole request (32-bit, big-endian).
 * ERROR-AT is where the error code stands in an answer, after its length. Prints one JSON object.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define RECORDS_PER_REQUEST_MAX 512
#define IN_FLIGHT_MAX 65536
#define LATENCY_IN_FLIGHT_MAX 5
#define WARM_UP_SECONDS 2

static struct {
  uint32_t length;
  char *bytes;
} requests[RECORDS_PER_REQUEST_MAX + 1];
static int largest;
static int connection;
static uint32_t error_at;

static uint64_t answered, failed, sent;
/* How many records each request in flight carries, oldest first. */
static int in_flight[IN_FLIGHT_MAX];
static unsigned head, tail;

/* The request that is being written. */
static const char *writing;
static size_t left;

static int64_t *latencies;
static size_t measured, measured_max;
static int64_t rate, began;
static uint64_t due_next, acknowledged;

static void fail(const char *what) {
  fprintf(stderr, "raw-load: %s: %s\n", what, strerror(errno));
  exit(1);
}

static int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void load_requests(const char *path) {
  FILE *file = fopen(path, "rb");
  uint32_t count, length;
  if (!file || fread(&count, 4, 1, file) != 1) fail(path);
  largest = ntohl(count);
  for (int i = 1; i <= largest; i++) {
    if (fread(&length, 4, 1, file) != 1) fail(path);
    requests[i].length = ntohl(length);
    requests[i].bytes = malloc(requests[i].length);
    if (fread(requests[i].bytes, 1, requests[i].length, file) != requests[i].length) fail(path);
  }
  fclose(file);
}

static void open_connection(const char *host, int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  int on = 1;
  inet_pton(AF_INET, host, &address.sin_addr);
  connection = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(connection, (struct sockaddr *)&address, sizeof address) < 0) fail("connect");
  setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  fcntl(connection, F_SETFL, O_NONBLOCK);
}

static void on_answer(const char *frame) {
  int16_t code;
  int records = in_flight[head++ % IN_FLIGHT_MAX];
  memcpy(&code, frame + error_at, 2);
  if (ntohs(code) != 0) failed += records;
  answered += records;
  if (!rate) return;
  int64_t at = now_ns();
  for (int i = 0; i < records; i++, acknowledged++) {
    int64_t due = began + (int64_t)(acknowledged * 1000000000ull / rate);
    if (acknowledged >= (uint64_t)rate * WARM_UP_SECONDS && measured < measured_max) latencies[measured++] = at - due;
  }
}

static void read_answers(void) {
  static char buffer[1 << 20];
  static size_t filled;
  for (;;) {
    ssize_t got = read(connection, buffer + filled, sizeof buffer - filled);
    if (got == 0) { errno = ECONNRESET; fail("the broker closed the connection"); }
    if (got < 0) {
      if (errno == EAGAIN) return;
      fail("read");
    }
    filled += got;
    size_t at = 0;
    while (filled - at >= 4) {
      uint32_t length;
      memcpy(&length, buffer + at, 4);
      length = ntohl(length);
      if (filled - at < 4 + (size_t)length) break;
      on_answer(buffer + at + 4);
      at += 4 + length;
    }
    memmove(buffer, buffer + at, filled - at);
    filled -= at;
  }
}

/* Whether the request in hand is fully written. */
static int flush_request(void) {
  while (left > 0) {
    ssize_t wrote = write(connection, writing, left);
    if (wrote < 0) {
      if (errno == EAGAIN) return 0;
      fail("write");
    }
    writing += wrote;
    left -= wrote;
  }
  return 1;
}

static int begin_request(int records) {
  writing = requests[records].bytes;
  left = requests[records].length;
  in_flight[tail++ % IN_FLIGHT_MAX] = records;
  sent += records;
  return flush_request();
}

static void wait_for(int64_t timeout_ns) {
  struct pollfd interest = {.fd = connection, .events = POLLIN | (left > 0 ? POLLOUT : 0)};
  struct timespec timeout = {timeout_ns / 1000000000, timeout_ns % 1000000000};
  if (ppoll(&interest, 1, timeout_ns < 0 ? NULL : &timeout, NULL) < 0 && errno != EINTR) fail("poll");
}

/* Many small requests go into one write, as far as they are the same bytes. */
static char *block;
static size_t block_requests;

static void make_block(unsigned window) {
  block_requests = window > 64 ? 64 : 1;
  block = malloc(block_requests * requests[1].length);
  for (size_t i = 0; i < block_requests; i++) memcpy(block + i * requests[1].length, requests[1].bytes, requests[1].length);
}

static void run_closed_loop(unsigned window, double seconds) {
  int64_t end = began + (int64_t)(seconds * 1e9);
  make_block(window);
  while (now_ns() < end || tail != head) {
    while (left == 0 && tail - head + block_requests <= window && now_ns() < end) {
      writing = block;
      left = block_requests * requests[1].length;
      for (size_t i = 0; i < block_requests; i++) in_flight[tail++ % IN_FLIGHT_MAX] = 1;
      sent += block_requests;
      if (!flush_request()) break;
    }
    flush_request();
    wait_for(-1);
    read_answers();
    if (now_ns() > end + 10000000000ll) break;
  }
}

static void run_open_loop(double seconds) {
  uint64_t total = (uint64_t)((seconds + WARM_UP_SECONDS) * rate);
  measured_max = total;
  latencies = malloc(total * sizeof *latencies);
  int64_t end = began + (int64_t)((seconds + WARM_UP_SECONDS) * 1e9) + 10000000000ll;
  while (acknowledged < total && now_ns() < end) {
    int64_t at = now_ns();
    uint64_t due = (uint64_t)((at - began) * (double)rate / 1e9) + 1;
    if (due > total) due = total;
    flush_request();
    while (left == 0 && due > due_next && tail - head < LATENCY_IN_FLIGHT_MAX) {
      uint64_t wanted = due - due_next;
      int records = wanted > (uint64_t)largest ? largest : (int)wanted;
      due_next += records;
      if (!begin_request(records)) break;
    }
    int64_t next = began + (int64_t)(due_next * 1000000000ull / rate) - now_ns();
    int can_send = tail - head < LATENCY_IN_FLIGHT_MAX && due_next < total;
    wait_for(can_send ? (next > 0 ? next : 0) : 1000000000);
    read_answers();
  }
}

static int ascending(const void *a, const void *b) {
  int64_t left_value = *(const int64_t *)a, right_value = *(const int64_t *)b;
  return (left_value > right_value) - (left_value < right_value);
}

static double quantile_ms(double quantile) {
  if (measured == 0) return -1;
  size_t at = (size_t)(quantile * measured);
  return latencies[at < measured ? at : measured - 1] / 1e6;
}

int main(int count, char **arguments) {
  if (count < 8) {
    fprintf(stderr, "usage: raw-load HOST PORT MODE REQUESTS ERROR-AT SECONDS WINDOW|RATE\n");
    return 2;
  }
  prctl(PR_SET_TIMERSLACK, 1);
  load_requests(arguments[4]);
  error_at = atoi(arguments[5]);
  double seconds = atof(arguments[6]);
  open_connection(arguments[1], atoi(arguments[2]));
  began = now_ns();
  if (strcmp(arguments[3], "latency") == 0) {
    rate = atoll(arguments[7]);
    run_open_loop(seconds);
    qsort(latencies, measured, sizeof *latencies, ascending);
  } else {
    run_closed_loop(strcmp(arguments[3], "serial") == 0 ? 1 : atoi(arguments[7]), seconds);
  }
  double took = (now_ns() - began) / 1e9;
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  double cpu = used.ru_utime.tv_sec + used.ru_stime.tv_sec + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
  printf("{\"sent\":%llu,\"answered\":%llu,\"failed\":%llu,\"seconds\":%.3f,\"cpuSeconds\":%.3f,"
         "\"p50Ms\":%.3f,\"p99Ms\":%.3f,\"p999Ms\":%.3f,\"maxMs\":%.3f}\n",
         (unsigned long long)sent, (unsigned long long)answered, (unsigned long long)failed, took, cpu,
         quantile_ms(0.5), quantile_ms(0.99), quantile_ms(0.999), quantile_ms(1));
  return 0;
}
