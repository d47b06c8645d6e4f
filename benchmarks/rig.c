/* The load rig: many customers who write by signed WhatsApp webhooks, and the provider that takes the answers.
 *
 * One process, one thread, one clock, so that the latency from webhook to answer needs no correlation between machines
 * and the rig costs next to nothing beside what it measures. Arguments are name=value; the result is JSON on stdout.
 *
 * A conversation is the phone +1 <area> 555 01<nn>; its order number is 10000 + its index. An answer belongs to the
 * oldest open question of its conversation and must contain that question's marker.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define MS 1000000LL
#define SECOND 1000000000LL
#define TEXTS 8
#define OPEN_MAX 64
#define BUFFER 65536
#define FIRST_AREA 201

/* ---- settings ---- */
static int product_port, provider_port, connections = 32, conversations = 1, first_conversation;
static int expect_answers = 1, receipts, want_arrivals;
static double seconds = 1, rate, drain_seconds = 10, linger_seconds = 0.5, answer_ms;
static const char *path = "/webhooks/whatsapp", *secret = "", *account = "106540352242922";
static const char *texts[TEXTS], *markers[TEXTS];
static int text_count, marker_count;

static void die(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("rig: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    exit(1);
}

static int64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * SECOND + t.tv_nsec;
}

/* ---- SHA-256 (FIPS 180-4) and HMAC (RFC 2104) ---- */
typedef struct { uint32_t h[8]; uint64_t length; uint8_t block[64]; } Sha;
static const uint32_t K[64] = {
    0x428a2f98,0x71374491,0xb5c0fbcf,0xe9b5dba5,0x3956c25b,0x59f111f1,0x923f82a4,0xab1c5ed5,0xd807aa98,0x12835b01,
    0x243185be,0x550c7dc3,0x72be5d74,0x80deb1fe,0x9bdc06a7,0xc19bf174,0xe49b69c1,0xefbe4786,0x0fc19dc6,0x240ca1cc,
    0x2de92c6f,0x4a7484aa,0x5cb0a9dc,0x76f988da,0x983e5152,0xa831c66d,0xb00327c8,0xbf597fc7,0xc6e00bf3,0xd5a79147,
    0x06ca6351,0x14292967,0x27b70a85,0x2e1b2138,0x4d2c6dfc,0x53380d13,0x650a7354,0x766a0abb,0x81c2c92e,0x92722c85,
    0xa2bfe8a1,0xa81a664b,0xc24b8b70,0xc76c51a3,0xd192e819,0xd6990624,0xf40e3585,0x106aa070,0x19a4c116,0x1e376c08,
    0x2748774c,0x34b0bcb5,0x391c0cb3,0x4ed8aa4a,0x5b9cca4f,0x682e6ff3,0x748f82ee,0x78a5636f,0x84c87814,0x8cc70208,
    0x90befffa,0xa4506ceb,0xbef9a3f7,0xc67178f2};
#define ROTATE(x, n) (((x) >> (n)) | ((x) << (32 - (n))))

static void sha_block(Sha *s, const uint8_t *p) {
    uint32_t w[64], v[8];
    for (int i = 0; i < 16; i++)
        w[i] = (uint32_t)p[4 * i] << 24 | (uint32_t)p[4 * i + 1] << 16 | (uint32_t)p[4 * i + 2] << 8 | p[4 * i + 3];
    for (int i = 16; i < 64; i++) {
        uint32_t a = w[i - 15], b = w[i - 2];
        w[i] = w[i - 16] + (ROTATE(a, 7) ^ ROTATE(a, 18) ^ (a >> 3)) + w[i - 7] + (ROTATE(b, 17) ^ ROTATE(b, 19) ^ (b >> 10));
    }
    memcpy(v, s->h, sizeof v);
    for (int i = 0; i < 64; i++) {
        uint32_t t1 = v[7] + (ROTATE(v[4], 6) ^ ROTATE(v[4], 11) ^ ROTATE(v[4], 25)) + ((v[4] & v[5]) ^ (~v[4] & v[6])) + K[i] + w[i];
        uint32_t t2 = (ROTATE(v[0], 2) ^ ROTATE(v[0], 13) ^ ROTATE(v[0], 22)) + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
        memmove(v + 1, v, 7 * sizeof *v);
        v[4] += t1;
        v[0] = t1 + t2;
    }
    for (int i = 0; i < 8; i++) s->h[i] += v[i];
}

static void sha_start(Sha *s) {
    static const uint32_t h[8] = {0x6a09e667,0xbb67ae85,0x3c6ef372,0xa54ff53a,0x510e527f,0x9b05688c,0x1f83d9ab,0x5be0cd19};
    memcpy(s->h, h, sizeof h);
    s->length = 0;
}

static void sha_add(Sha *s, const uint8_t *data, size_t size) {
    for (size_t i = 0; i < size; i++) {
        s->block[s->length++ % 64] = data[i];
        if (s->length % 64 == 0) sha_block(s, s->block);
    }
}

static void sha_end(Sha *s, uint8_t out[32]) {
    uint64_t bits = s->length * 8;
    uint8_t one = 0x80, zero = 0, size[8];
    sha_add(s, &one, 1);
    while (s->length % 64 != 56) sha_add(s, &zero, 1);
    for (int i = 0; i < 8; i++) size[i] = (uint8_t)(bits >> (56 - 8 * i));
    sha_add(s, size, 8);
    for (int i = 0; i < 32; i++) out[i] = (uint8_t)(s->h[i / 4] >> (24 - 8 * (i % 4)));
}

static Sha inner_start, outer_start;

static void hmac_prepare(const char *key) {
    uint8_t inner[64] = {0}, outer[64];
    size_t size = strlen(key);
    if (size > 64) die("the secret is too long");
    memcpy(inner, key, size);
    for (int i = 0; i < 64; i++) { outer[i] = inner[i] ^ 0x5c; inner[i] ^= 0x36; }
    sha_start(&inner_start);
    sha_add(&inner_start, inner, 64);
    sha_start(&outer_start);
    sha_add(&outer_start, outer, 64);
}

static void hmac_hex(const char *data, size_t size, char out[65]) {
    uint8_t digest[32];
    Sha s = inner_start;
    sha_add(&s, (const uint8_t *)data, size);
    sha_end(&s, digest);
    s = outer_start;
    sha_add(&s, digest, 32);
    sha_end(&s, digest);
    for (int i = 0; i < 32; i++) sprintf(out + 2 * i, "%02x", digest[i]);
}

/* ---- growing lists and queues ---- */
typedef struct { uint32_t *items; size_t count, room; } List;

static void push(List *list, int64_t value) {
    if (list->count == list->room) {
        list->room = list->room ? list->room * 2 : 4096;
        list->items = realloc(list->items, list->room * sizeof *list->items);
    }
    list->items[list->count++] = value < 0 ? 0 : (uint32_t)value;
}

/* What is to be posted (kind 0: a message, 1-3: a receipt) or, on the answer queue, answered on a provider connection. */
typedef struct { int64_t due; int conversation, kind, connection; uint32_t generation; char provider_id[48], correlation[48]; } Job;
typedef struct { Job *items; size_t head, count, room; } Queue;

static void enqueue(Queue *q, const Job *job) {
    if (q->count == q->room) {
        size_t room = q->room ? q->room * 2 : 1024;
        Job *items = malloc(room * sizeof *items);
        for (size_t i = 0; i < q->count; i++) items[i] = q->items[(q->head + i) % q->room];
        free(q->items);
        q->items = items; q->head = 0; q->room = room;
    }
    q->items[(q->head + q->count++) % q->room] = *job;
}

static Job dequeue(Queue *q) {
    Job job = q->items[q->head];
    q->head = (q->head + 1) % q->room;
    q->count--;
    return job;
}

/* Everything in one of these waits equally long, so each is in order of its due time. */
static Queue ready, answers, later[4];
static const int64_t receipt_delay[4] = {0, 20 * MS, 100 * MS, 1000 * MS};
static const char *receipt_word[4] = {"", "sent", "delivered", "read"};

/* ---- connections ---- */
typedef struct { int fd, provider, busy; uint32_t generation; size_t used; Job job; char *buffer; } Connection;
static Connection links[4096];
static int link_count, idle_links[4096], idle_count, epoll_fd;

static int add_link(int fd, int provider) {
    int one = 1, i;
    for (i = 0; i < link_count && links[i].fd >= 0; i++) {}
    if (i == 4096) die("too many connections");
    if (i == link_count) link_count++;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    if (!links[i].buffer) links[i].buffer = malloc(BUFFER);
    links[i].fd = fd; links[i].provider = provider; links[i].busy = 0; links[i].used = 0; links[i].generation++;
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event);
    return i;
}

static struct sockaddr_in loopback(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

static void dial(void) {
    struct sockaddr_in address = loopback(product_port);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&address, sizeof address)) die("no answer on port %d", product_port);
    idle_links[idle_count++] = add_link(fd, 0);
}

static int hang_up(int i) {
    close(links[i].fd);
    links[i].fd = -1;
    return 0;
}

static void put(int fd, const char *data, size_t size) {
    while (size) {
        ssize_t n = write(fd, data, size);
        if (n < 0 && errno == EAGAIN) { usleep(100); continue; }
        if (n < 0) return; /* the other side went away: its reading end tells */
        data += n; size -= (size_t)n;
    }
}

/* ---- customers ---- */
typedef struct { int64_t since[OPEN_MAX]; uint8_t text[OPEN_MAX]; uint32_t asked, answered; } Conversation;
static Conversation *talks;
static int64_t started, ending;
static uint64_t nonce;
static uint32_t scheduled, posted, accepted, refused, in_flight, answered, answered_in_time, unexpected, wrong, repeated, others;
static uint32_t receipts_accepted, answer_calls, correlations_missing;
static List accept_us, answer_us, arrival_us;

static void substitute(char *out, size_t room, const char *text, int index) {
    size_t used = 0;
    for (; *text && used + 12 < room; text++)
        used += (size_t)(*text == '@' ? sprintf(out + used, "%d", 10000 + index) : sprintf(out + used, "%c", *text));
    out[used] = 0;
}

static void phone_of(int index, char out[32]) { sprintf(out, "1%d55501%02d", FIRST_AREA + index / 100, index % 100); }

static int body_of_message(char *out, const Job *job) {
    Conversation *talk = &talks[job->conversation];
    int index = first_conversation + job->conversation;
    char phone[32], text[256];
    phone_of(index, phone);
    substitute(text, sizeof text, texts[talk->asked % (uint32_t)text_count], index);
    if (expect_answers) {
        if (talk->asked - talk->answered == OPEN_MAX) die("a conversation has %d open questions", OPEN_MAX);
        talk->since[talk->asked % OPEN_MAX] = job->due;
        talk->text[talk->asked % OPEN_MAX] = (uint8_t)(talk->asked % (uint32_t)text_count);
    }
    talk->asked++;
    return sprintf(out,
        "{\"object\":\"whatsapp_business_account\",\"entry\":[{\"id\":\"102290129340398\",\"changes\":[{\"value\":{"
        "\"messaging_product\":\"whatsapp\",\"metadata\":{\"display_phone_number\":\"12025550100\",\"phone_number_id\":\"%s\"},"
        "\"contacts\":[{\"profile\":{\"name\":\"Jane Doe\",\"username\":\"jane%d\"},\"wa_id\":\"%s\",\"user_id\":\"US.1349%012d\"}],"
        "\"messages\":[{\"from\":\"%s\",\"from_user_id\":\"US.1349%012d\",\"id\":\"wamid.HBgLMTIwMjU1NTAxMDEVAgASGBQz%016" PRIx64 "%08xAA==\","
        "\"timestamp\":\"%lld\",\"type\":\"text\",\"text\":{\"body\":\"%s\"}}]},\"field\":\"messages\"}]}]}",
        account, index, phone, index, phone, index, nonce, posted, (long long)time(NULL), text);
}

static int body_of_receipt(char *out, const Job *job) {
    char phone[32];
    phone_of(first_conversation + job->conversation, phone);
    return sprintf(out,
        "{\"object\":\"whatsapp_business_account\",\"entry\":[{\"id\":\"102290129340398\",\"changes\":[{\"value\":{"
        "\"messaging_product\":\"whatsapp\",\"metadata\":{\"display_phone_number\":\"12025550100\",\"phone_number_id\":\"%s\"},"
        "\"statuses\":[{\"id\":\"%s\",\"status\":\"%s\",\"timestamp\":\"%lld\",\"recipient_id\":\"%s\","
        "\"biz_opaque_callback_data\":\"%s\",\"pricing\":{\"billable\":true,\"pricing_model\":\"PMP\",\"category\":\"service\","
        "\"type\":\"regular\"}}]},\"field\":\"messages\"}]}]}",
        account, job->provider_id, receipt_word[job->kind], (long long)time(NULL), phone, job->correlation);
}

static void post(int i, Job job) {
    static char body[4096], request[8192];
    char signature[65];
    int size = job.kind ? body_of_receipt(body, &job) : body_of_message(body, &job);
    hmac_hex(body, (size_t)size, signature);
    int length = sprintf(request,
        "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUser-Agent: facebookexternalua\r\nContent-Type: application/json\r\n"
        "X-Hub-Signature-256: sha256=%s\r\nContent-Length: %d\r\n\r\n",
        path, product_port, signature, size);
    memcpy(request + length, body, (size_t)size);
    posted++;
    in_flight++;
    links[i].busy = 1;
    links[i].job = job;
    put(links[i].fd, request, (size_t)(length + size));
}

static void ask(int conversation, int64_t due) {
    Job job = {.due = due, .conversation = conversation};
    scheduled++;
    enqueue(&ready, &job);
}

static void post_what_is_ready(void) {
    while (ready.count && idle_count) post(idle_links[--idle_count], dequeue(&ready));
}

static void accepted_by_product(int i, int status, int64_t now) {
    Job *job = &links[i].job;
    links[i].busy = 0;
    in_flight--;
    idle_links[idle_count++] = i;
    if (status / 100 != 2) { refused++; return; }
    if (job->kind) { receipts_accepted++; return; }
    accepted++;
    if (now <= ending) push(&accept_us, (now - job->due) / 1000);
    if (!expect_answers && rate == 0 && now < ending) ask((int)(posted % (uint32_t)conversations), now);
}

/* ---- the provider ---- */
static uint64_t *seen;
static size_t seen_room = 1 << 22;

static int seen_before(const char *text, size_t size) {
    uint64_t hash = 1469598103934665603ULL;
    for (size_t i = 0; i < size; i++) hash = (hash ^ (uint8_t)text[i]) * 1099511628211ULL;
    hash |= 1;
    for (size_t at = hash % seen_room;; at = (at + 1) % seen_room) {
        if (seen[at] == hash) return 1;
        if (!seen[at]) { seen[at] = hash; return 0; }
    }
}

/* The value of a JSON string member; its size, 0 when there is none. */
static size_t member(const char *body, size_t size, const char *name, const char **value) {
    const char *at = memmem(body, size, name, strlen(name)), *end = body + size;
    if (!at) return 0;
    for (at += strlen(name); at < end && (*at == ' ' || *at == ':'); at++) {}
    if (at >= end || *at != '"') return 0;
    const char *close = memchr(at + 1, '"', (size_t)(end - at - 1));
    *value = at + 1;
    return close ? (size_t)(close - at - 1) : 0;
}

static void answer_arrived(int index, const char *body, size_t size, Job *job, int64_t now) {
    Conversation *talk = &talks[index];
    if (talk->answered == talk->asked) { unexpected++; return; }
    char marker[256];
    int slot = (int)(talk->answered % OPEN_MAX);
    substitute(marker, sizeof marker, markers[talk->text[slot]], first_conversation + index);
    if (!memmem(body, size, marker, strlen(marker))) {
        if (!wrong) fprintf(stderr, "rig: the answer to \"%s\" lacks \"%s\": %.*s\n", texts[talk->text[slot]], marker, (int)size, body);
        wrong++;
    }
    talk->answered++;
    answered++;
    if (now <= ending) { answered_in_time++; push(&answer_us, (now - talk->since[slot]) / 1000); }
    for (int kind = 1; receipts && kind < 4; kind++) {
        job->conversation = index; job->kind = kind; job->due = now + receipt_delay[kind];
        enqueue(&later[kind], job);
    }
    if (rate == 0 && now < ending) ask(index, now);
}

static void take_call(int i, const char *body, size_t size, int64_t now) {
    const char *to = "", *correlation = "";
    size_t to_size = member(body, size, "\"to\"", &to);
    size_t correlation_size = member(body, size, "\"biz_opaque_callback_data\"", &correlation);
    Job job = {.connection = i, .generation = links[i].generation, .due = now + (int64_t)(answer_ms * MS)};
    snprintf(job.provider_id, sizeof job.provider_id, "wamid.RIG%016" PRIx64 "%08x", nonce, answer_calls++);
    snprintf(job.correlation, sizeof job.correlation, "%.*s", (int)correlation_size, correlation);
    if (want_arrivals) push(&arrival_us, (now - started) / 1000);
    enqueue(&answers, &job);
    if (!correlation_size) correlations_missing++;
    else if (seen_before(correlation, correlation_size)) { repeated++; return; }
    long long number = to_size ? strtoll(to + (*to == '+'), NULL, 10) : 0;
    int index = (int)((number / 10000000 - 1000 - FIRST_AREA) * 100 + number % 100) - first_conversation;
    if (number / 100 % 100000 == 55501 && index >= 0 && index < conversations) answer_arrived(index, body, size, &job, now);
    else others++;
}

static void answer_call(const Job *job) {
    char body[256], reply[512];
    Connection *link = &links[job->connection];
    if (link->fd < 0 || link->generation != job->generation) return;
    int size = sprintf(body, "{\"messaging_product\":\"whatsapp\",\"contacts\":[],\"messages\":[{\"id\":\"%s\"}]}", job->provider_id);
    int length = sprintf(reply, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", size, body);
    put(link->fd, reply, (size_t)length);
}

/* ---- HTTP, as much of it as both sides use ---- */
static const char *header(const char *head, size_t size, const char *name) {
    size_t length = strlen(name);
    for (const char *line = head; (line = memchr(line, '\n', size - (size_t)(line - head))) && (size_t)(++line - head) + length < size;)
        if (!strncasecmp(line, name, length) && line[length] == ':') {
            for (line += length + 1; *line == ' '; line++) {}
            return line;
        }
    return NULL;
}

/* Handles one whole message at the start of the buffer; its size, 0 when more has to come. */
static size_t handle_one(int i, char *data, size_t used, int64_t now) {
    char *end = memmem(data, used, "\r\n\r\n", 4);
    if (!end) return 0;
    size_t head = (size_t)(end - data) + 4, body = 0;
    const char *length = header(data, head, "content-length");
    if (length) body = strtoul(length, NULL, 10);
    else if (header(data, head, "transfer-encoding")) {
        char *last = memmem(data + head, used - head, "0\r\n\r\n", 5);
        if (!last) return 0;
        if (links[i].provider) die("chunked calls are not understood");
        body = (size_t)(last - data) + 5 - head;
    }
    if (head + body > BUFFER) die("a message is too long");
    if (used < head + body) return 0;
    if (links[i].provider) take_call(i, data + head, body, now);
    else accepted_by_product(i, atoi(data + 9), now);
    return head + body;
}

static int receive(int i) {
    Connection *link = &links[i];
    ssize_t n = read(link->fd, link->buffer + link->used, BUFFER - link->used);
    if (n < 0 && errno == EAGAIN) return 1;
    if (n <= 0 && link->provider) return hang_up(i);
    if (n <= 0) die("the product closed a connection (%u accepted)", accepted);
    link->used += (size_t)n;
    int64_t now = now_ns();
    size_t done = 0, size;
    while (done < link->used && (size = handle_one(i, link->buffer + done, link->used - done, now))) done += size;
    memmove(link->buffer, link->buffer + done, link->used - done);
    link->used -= done;
    return 1;
}

/* ---- the loop ---- */
static int64_t run_timers(int64_t now) {
    int64_t next = now + 100 * MS;
    while (answers.count && answers.items[answers.head].due <= now) { Job job = dequeue(&answers); answer_call(&job); }
    if (answers.count && answers.items[answers.head].due < next) next = answers.items[answers.head].due;
    for (int kind = 1; kind < 4; kind++) {
        while (later[kind].count && later[kind].items[later[kind].head].due <= now) { Job job = dequeue(&later[kind]); enqueue(&ready, &job); }
        if (later[kind].count && later[kind].items[later[kind].head].due < next) next = later[kind].items[later[kind].head].due;
    }
    while (rate > 0 && now < ending) {
        int64_t due = started + (int64_t)(scheduled * (double)SECOND / rate);
        if (due > now || due >= ending) { if (due < next) next = due; break; }
        ask((int)(scheduled % (uint32_t)conversations), due);
    }
    return next;
}

static int finished(int64_t now) {
    static int64_t quiet_since;
    if (now < ending) return 0;
    int quiet = !in_flight && !ready.count && !answers.count && !later[1].count && !later[2].count && !later[3].count
        && (!expect_answers || answered >= accepted);
    if (!quiet) quiet_since = 0;
    else if (!quiet_since) quiet_since = now;
    if (quiet && now - quiet_since > (int64_t)(linger_seconds * SECOND)) return 1;
    return now > ending + (int64_t)(drain_seconds * SECOND);
}

static int listen_for_calls(void) {
    int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    struct sockaddr_in address = loopback(provider_port);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, 1024)) die("port %d is taken", provider_port);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = UINT32_MAX};
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event);
    return fd;
}

static void begin(void) {
    started = now_ns();
    ending = started + (int64_t)(seconds * SECOND);
    if (rate > 0) return;
    int at_once = expect_answers ? conversations : connections;
    for (int i = 0; i < at_once; i++) ask(i % conversations, started);
}

static void loop(int listener, int timer) {
    struct epoll_event events[256];
    for (int64_t now = started; !finished(now); now = now_ns()) {
        int64_t next = run_timers(now);
        post_what_is_ready();
        struct itimerspec at = {.it_value = {next / SECOND, next % SECOND}};
        timerfd_settime(timer, TFD_TIMER_ABSTIME, &at, NULL);
        int count = epoll_wait(epoll_fd, events, 256, 1000);
        for (int i = 0; i < count; i++) {
            uint32_t which = events[i].data.u32;
            uint64_t ticks;
            int fd;
            if (which == UINT32_MAX) while ((fd = accept(listener, NULL, NULL)) >= 0) add_link(fd, 1);
            else if (which == UINT32_MAX - 1) { if (read(timer, &ticks, sizeof ticks) < 0 && errno != EAGAIN) die("timer"); }
            else if (links[which].fd >= 0) receive((int)which);
        }
    }
}

static void print_list(const char *name, const List *list, const char *after) {
    printf("\"%s\":[", name);
    for (size_t i = 0; i < list->count; i++) printf(i ? ",%u" : "%u", list->items[i]);
    printf("]%s", after);
}

static void report(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    printf("{\"cpu_us\":%lld,", (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000LL + used.ru_utime.tv_usec + used.ru_stime.tv_usec);
    printf("\"seconds\":%.3f,\"posted\":%u,\"accepted\":%u,\"refused\":%u,\"answered\":%u,\"answered_in_time\":%u,", seconds, posted, accepted, refused, answered, answered_in_time);
    printf("\"lost\":%u,\"unexpected\":%u,\"wrong\":%u,\"repeated\":%u,", expect_answers ? accepted - answered : 0, unexpected, wrong, repeated);
    printf("\"others\":%u,\"calls\":%u,\"receipts\":%u,\"without_correlation\":%u,", others, answer_calls, receipts_accepted, correlations_missing);
    print_list("accept_us", &accept_us, ",");
    print_list("answer_us", &answer_us, ",");
    print_list("arrival_us", &arrival_us, "}\n");
}

static void read_arguments(int count, char **given) {
    for (int i = 1; i < count; i++) {
        char *value = strchr(given[i], '=');
        if (!value) die("%s: name=value is expected", given[i]);
        *value++ = 0;
        const char *name = given[i];
#define NUMBER(word, variable) if (!strcmp(name, word)) { variable = atof(value); continue; }
#define WHOLE(word, variable) if (!strcmp(name, word)) { variable = atoi(value); continue; }
#define TEXT(word, variable) if (!strcmp(name, word)) { variable = value; continue; }
        WHOLE("product_port", product_port) WHOLE("provider_port", provider_port) WHOLE("connections", connections)
        WHOLE("conversations", conversations) WHOLE("first", first_conversation) WHOLE("expect_answers", expect_answers)
        WHOLE("receipts", receipts) WHOLE("arrivals", want_arrivals)
        NUMBER("seconds", seconds) NUMBER("rate", rate) NUMBER("drain", drain_seconds) NUMBER("linger", linger_seconds)
        NUMBER("answer_ms", answer_ms)
        TEXT("path", path) TEXT("secret", secret) TEXT("account", account)
        if (!strcmp(name, "text") && text_count < TEXTS) { texts[text_count++] = value; continue; }
        if (!strcmp(name, "marker") && marker_count < TEXTS) { markers[marker_count++] = value; continue; }
        die("%s is no argument", name);
    }
    if (!text_count || (expect_answers && text_count != marker_count)) die("each text needs a marker");
}

int main(int count, char **given) {
    struct timespec t;
    read_arguments(count, given);
    signal(SIGPIPE, SIG_IGN);
    clock_gettime(CLOCK_REALTIME, &t);
    nonce = (uint64_t)t.tv_sec * SECOND + (uint64_t)t.tv_nsec;
    hmac_prepare(secret);
    talks = calloc((size_t)conversations, sizeof *talks);
    seen = calloc(seen_room, sizeof *seen);
    epoll_fd = epoll_create1(0);
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK), listener = provider_port ? listen_for_calls() : -1;
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = UINT32_MAX - 1};
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, timer, &event);
    for (int i = 0; i < connections; i++) dial();
    begin();
    loop(listener, timer);
    report();
    return 0;
}
