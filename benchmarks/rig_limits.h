/* What WhatsApp allows, as its provider counts it: messages of one number in any second, and a bucket for each pair.
 *
 * Only what is taken counts. The second slides, so that no choice of windows can hide a bunch.
 */
#pragma once
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define TOO_FAST 130429      /* the number: HTTP 429 */
#define TOO_FAST_PAIR 131056 /* the number to this recipient: HTTP 400 */
#define NUMBERS 16
#define PAIRS (1 << 16)

static int limit_rate, pair_burst = 45; /* messages a second of one number, 0: any; messages at once to one recipient */
static double pair_seconds;             /* seconds until a recipient may get one more, 0: none */
static uint32_t too_fast, too_fast_pair;

typedef struct { uint64_t key; int64_t *taken; uint64_t count; } Number;
typedef struct { uint64_t key; double tokens; int64_t since; } Pair;
static Number numbers[NUMBERS];
static Pair pairs[PAIRS];

static uint64_t hash_of(const char *text, size_t size, uint64_t hash) {
    for (size_t i = 0; i < size; i++) hash = (hash ^ (uint8_t)text[i]) * 1099511628211ULL;
    return hash | 1;
}

static Number *number_of(uint64_t key) {
    Number *each = numbers;
    while (each->key && each->key != key) if (++each == numbers + NUMBERS) { fputs("rig: too many numbers\n", stderr); exit(1); }
    if (!each->key) { each->key = key; each->taken = calloc((size_t)limit_rate, sizeof *each->taken); }
    return each;
}

static Pair *pair_of(uint64_t key, int64_t now) {
    size_t at = key % PAIRS, tries = 0;
    while (pairs[at].key && pairs[at].key != key) { at = (at + 1) % PAIRS; if (++tries == PAIRS) { fputs("rig: too many recipients\n", stderr); exit(1); } }
    if (!pairs[at].key) { pairs[at].key = key; pairs[at].tokens = pair_burst; pairs[at].since = now; }
    return &pairs[at];
}

/* 0 when the message is taken, else the code it is refused with. Times in nanoseconds. */
static int over_limit(const char *sender, const char *to, int64_t now) {
    uint64_t key = hash_of(sender, strlen(sender), 1469598103934665603ULL);
    Pair *pair = pair_seconds > 0 ? pair_of(hash_of(to, strlen(to), key), now) : NULL;
    Number *number = limit_rate ? number_of(key) : NULL;
    int64_t *oldest = number ? &number->taken[number->count % (uint64_t)limit_rate] : NULL;
    if (pair) {
        pair->tokens += (double)(now - pair->since) / 1e9 / pair_seconds;
        if (pair->tokens > pair_burst) pair->tokens = pair_burst;
        pair->since = now;
    }
    if (number && number->count >= (uint64_t)limit_rate && now - *oldest < 1000000000LL) { too_fast++; return TOO_FAST; }
    if (pair && pair->tokens < 1) { too_fast_pair++; return TOO_FAST_PAIR; }
    if (number) { *oldest = now; number->count++; }
    if (pair) pair->tokens -= 1;
    return 0;
}

static int refusal_body(char *out, int code) {
    const char *words = code == TOO_FAST ? "Rate limit hit" : "(Business Account, Consumer Account) pair rate limit hit";
    return sprintf(out, "{\"error\":{\"message\":\"(#%d) %s\",\"type\":\"OAuthException\",\"code\":%d,\"fbtrace_id\":\"ARIG\"}}", code, words, code);
}
