/* The load rig: many customers who write by signed webhooks, and the providers that take the answers.
 *
 * One process, one thread, one clock, so that the latency from webhook to answer needs no correlation between machines
 * and the rig costs next to nothing beside what it measures. Arguments are name=value; the result is JSON on stdout.
 *
 * A conversation is one customer on one platform, the platforms taking turns; its order number is 10000 + its index. An
 * answer belongs to the oldest open question of its conversation and must contain that question's marker.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
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
#include "rig_digests.h"
#include "rig_limits.h"
#include "rig_platforms.h"

#define MS 1000000LL
#define SECOND 1000000000LL
#define TEXTS 8
#define OPEN_MAX 64
#define BUFFER 65536

/* ---- settings ---- */
static int provider_port, connections = 32, conversations = 1, first_conversation;
static int expect_answers = 1, expect_others, receipts, want_arrivals;
static double seconds = 1, rate, drain_seconds = 10, linger_seconds = 0.5, answer_ms;
static int platforms[PLATFORMS] = {WHATSAPP}, platform_count = 1;
/* What customers of a platform say in turn; those without words of their own say what WhatsApp's do. */
typedef struct { const char *texts[TEXTS], *markers[TEXTS]; int count, marked; } Words;
static Words words[PLATFORMS];

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
typedef struct {
    int64_t due;
    long long customer;
    int conversation, kind, connection, platform, silent, refusal;
    uint32_t generation, number;
    char provider_id[48], correlation[48];
} Job;
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

/* A server may close a connection on which nothing was asked for a while: another takes its place. */
static int dial_again(int i) {
    for (int k = 0; k < idle_count; k++) if (idle_links[k] == i) idle_links[k] = idle_links[--idle_count];
    hang_up(i);
    dial();
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
static uint32_t receipts_accepted, answer_calls, silent_calls, correlations_missing;
static List accept_us, answer_us, platform_us[PLATFORMS], arrival_us;

static int platform_of(int conversation) { return platforms[conversation % platform_count]; }
static const Words *words_of(int conversation) {
    const Words *own = &words[platform_of(conversation)];
    return own->count ? own : &words[WHATSAPP];
}

static void substitute(char *out, size_t room, const char *text, int index) {
    size_t used = 0;
    for (; *text && used + 12 < room; text++)
        used += (size_t)(*text == '@' ? sprintf(out + used, "%d", 10000 + index) : sprintf(out + used, "%c", *text));
    out[used] = 0;
}

static int body_of_message(char *out, const Job *job) {
    Conversation *talk = &talks[job->conversation];
    const Words *say = words_of(job->conversation);
    int index = first_conversation + job->conversation;
    char text[256];
    uint8_t turn = (uint8_t)(talk->asked % (uint32_t)say->count);
    substitute(text, sizeof text, say->texts[turn], index);
    if (expect_answers) {
        if (talk->asked - talk->answered == OPEN_MAX) die("a conversation has %d open questions", OPEN_MAX);
        talk->since[talk->asked % OPEN_MAX] = job->due;
        talk->text[talk->asked % OPEN_MAX] = turn;
    }
    talk->asked++;
    Said said = {.index = index, .nonce = nonce, .number = posted, .text = text};
    return message_body(platform_of(job->conversation), out, &said);
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
    int size = job.kind ? body_of_receipt(body, &job) : body_of_message(body, &job);
    int length = request_head(platform_of(job.conversation), request, body, size);
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

static int seen_before(const char *text) {
    uint64_t hash = hash_of(text, strlen(text), 1469598103934665603ULL);
    for (size_t at = hash % seen_room;; at = (at + 1) % seen_room) {
        if (seen[at] == hash) return 1;
        if (!seen[at]) { seen[at] = hash; return 0; }
    }
}

static void answer_arrived(int index, const Call *call, const Job *job, int64_t now) {
    Conversation *talk = &talks[index];
    if (talk->answered == talk->asked) { unexpected++; return; }
    const Words *say = words_of(index);
    char marker[256];
    int slot = (int)(talk->answered % OPEN_MAX);
    substitute(marker, sizeof marker, say->markers[talk->text[slot]], first_conversation + index);
    if (!memmem(call->text, call->text_size, marker, strlen(marker))) {
        if (!wrong) fprintf(stderr, "rig: %s: the answer to \"%s\" lacks \"%s\": %.*s\n", platform_name[call->platform],
            say->texts[talk->text[slot]], marker, (int)call->text_size, call->text);
        wrong++;
    }
    talk->answered++;
    answered++;
    if (now <= ending) {
        answered_in_time++;
        push(&answer_us, (now - talk->since[slot]) / 1000);
        push(&platform_us[call->platform], (now - talk->since[slot]) / 1000);
    }
    for (int kind = 1; receipts && kind < 4; kind++) {
        Job receipt = *job;
        receipt.conversation = index; receipt.kind = kind; receipt.due = now + receipt_delay[kind];
        enqueue(&later[kind], &receipt);
    }
    if (rate == 0 && now < ending) ask(index, now);
}

static void take_message(const Call *call, Job *job, int64_t now) {
    job->number = ++answer_calls;
    job->customer = customer_of(call);
    snprintf(job->correlation, sizeof job->correlation, "%s", call->correlation);
    snprintf(job->provider_id, sizeof job->provider_id, call->platform == WHATSAPP ? "wamid.RIG%016" PRIx64 "%08x" : "SM%016" PRIx64 "%016x", nonce, job->number);
    if (want_arrivals) push(&arrival_us, (now - started) / 1000);
    if (*call->correlation) { if (seen_before(call->correlation)) { repeated++; return; } }
    else if (call->platform != TELEGRAM) correlations_missing++; /* Telegram gives none back */
    long long index = job->customer - first_conversation;
    if (index >= 0 && index < conversations && platform_of((int)index) == call->platform) answer_arrived((int)index, call, job, now);
    else others++;
}

static void take_call(int i, const char *line, const char *body, size_t size, int64_t now) {
    Call call;
    read_call(&call, line, body, size);
    Job job = {.connection = i, .generation = links[i].generation, .due = now + (int64_t)(answer_ms * MS), .platform = call.platform, .silent = call.silent};
    if (call.silent) silent_calls++;
    else if (call.platform == WHATSAPP) job.refusal = over_limit(call.sender, call.to, now);
    if (!call.silent && !job.refusal) take_message(&call, &job, now);
    enqueue(&answers, &job);
}

static void answer_call(const Job *job) {
    char body[512], reply[1024];
    Connection *link = &links[job->connection];
    if (link->fd < 0 || link->generation != job->generation) return;
    const char *status = job->refusal == TOO_FAST ? "429 Too Many Requests" : job->refusal ? "400 Bad Request"
        : !job->silent && (job->platform == SMS || job->platform == TWILIO_WHATSAPP) ? "201 Created" : "200 OK";
    int size = job->refusal ? refusal_body(body, job->refusal) : job->silent ? silent_body(body, job->platform)
        : accepted_body(body, job->platform, job->customer, job->provider_id, job->number);
    int length = sprintf(reply, "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", status, size, body);
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
    if (links[i].provider) take_call(i, data, data + head, body, now);
    else accepted_by_product(i, atoi(data + 9), now);
    return head + body;
}

static int receive(int i) {
    Connection *link = &links[i];
    ssize_t n = read(link->fd, link->buffer + link->used, BUFFER - link->used);
    if (n < 0 && errno == EAGAIN) return 1;
    if (n <= 0 && link->provider) return hang_up(i);
    if (n <= 0 && !link->busy) return dial_again(i);
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
        && (!expect_answers || answered >= accepted) && others >= (uint32_t)expect_others;
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
    printf("\"silent\":%u,\"too_fast\":%u,\"too_fast_pair\":%u,\"platform_us\":{", silent_calls, too_fast, too_fast_pair);
    for (int i = 0; i < platform_count; i++) print_list(platform_name[platforms[i]], &platform_us[platforms[i]], i + 1 < platform_count ? "," : "");
    printf("},");
    print_list("answer_us", &answer_us, ",");
    print_list("arrival_us", &arrival_us, "}\n");
}

static int platform_named(const char *name, size_t size) {
    for (int i = 0; i < PLATFORMS; i++) if (strlen(platform_name[i]) == size && !strncmp(name, platform_name[i], size)) return i;
    die("%s: no platform", name);
    return 0;
}

static void read_platforms(const char *listed) {
    for (platform_count = 0; platform_count < PLATFORMS; listed++) {
        size_t size = strcspn(listed, ",");
        platforms[platform_count++] = platform_named(listed, size);
        if (!*(listed += size)) return;
    }
    die("a platform is named twice");
}

static void read_arguments(int count, char **given) {
    Words *now = &words[WHATSAPP];
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
        WHOLE("expect_others", expect_others) WHOLE("limit_rate", limit_rate) WHOLE("pair_burst", pair_burst)
        WHOLE("receipts", receipts) WHOLE("arrivals", want_arrivals)
        NUMBER("seconds", seconds) NUMBER("rate", rate) NUMBER("drain", drain_seconds) NUMBER("linger", linger_seconds)
        NUMBER("answer_ms", answer_ms) NUMBER("pair_seconds", pair_seconds)
        TEXT("secret", secret) TEXT("account", account) TEXT("page", page)
        TEXT("twilio_sid", twilio_sid) TEXT("twilio_whatsapp", twilio_whatsapp) TEXT("twilio_sms", twilio_sms)
        if (!strcmp(name, "platforms")) { read_platforms(value); continue; }
        if (!strcmp(name, "words_of")) { now = &words[platform_named(value, strlen(value))]; continue; }
        if (!strcmp(name, "text") && now->count < TEXTS) { now->texts[now->count++] = value; continue; }
        if (!strcmp(name, "marker") && now->marked < TEXTS) { now->markers[now->marked++] = value; continue; }
        die("%s is no argument", name);
    }
    for (int i = 0; i < PLATFORMS; i++) if (expect_answers && words[i].count != words[i].marked) die("each text needs a marker");
    for (int i = 0; i < platform_count; i++) if (!words_of(i)->count) die("%s: nothing to say", platform_name[platforms[i]]);
    if (receipts && (platform_count > 1 || platforms[0] != WHATSAPP)) die("receipts are WhatsApp's");
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
    /* Read late, calls would look bunched: whoever counts them by the second must not wait for a core. */
    if (limit_rate || want_arrivals) setpriority(PRIO_PROCESS, 0, -10);
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
