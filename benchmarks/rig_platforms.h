/* The five ways to a customer: how their message looks on each, how it is signed, how a call to send is read and answered.
 *
 * The customer with index n is the phone +1 <area> 555 01<nn>; Messenger and Telegram know them by a number of theirs.
 */
#pragma once
#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <time.h>
#include "rig_digests.h"

enum { WHATSAPP, TWILIO_WHATSAPP, MESSENGER, TELEGRAM, SMS, PLATFORMS };
static const char *platform_name[PLATFORMS] = {"whatsapp", "twilio_whatsapp", "messenger", "telegram", "sms"};
static const char *platform_path[PLATFORMS] = {
    "/webhooks/whatsapp", "/webhooks/twilio", "/webhooks/messenger", "/webhooks/telegram", "/webhooks/twilio"};

#define FIRST_AREA 201
#define FIRST_PERSON 6543210000000000LL /* page-scoped ids */
#define FIRST_CHAT 7390000LL

static const char *account = "106540352242922", *page = "1911512552446543", *secret = "";
static const char *twilio_sid = "", *twilio_whatsapp = "", *twilio_sms = "";
static int product_port;

/* ---- what customers say ---- */
typedef struct { int index; uint64_t nonce; uint32_t number; const char *text; } Said;

static void phone_of(int index, char out[32]) { sprintf(out, "1%d55501%02d", FIRST_AREA + index / 100, index % 100); }

static int whatsapp_message(char *out, const Said *said) {
    char phone[32];
    phone_of(said->index, phone);
    return sprintf(out,
        "{\"object\":\"whatsapp_business_account\",\"entry\":[{\"id\":\"102290129340398\",\"changes\":[{\"value\":{"
        "\"messaging_product\":\"whatsapp\",\"metadata\":{\"display_phone_number\":\"15550001234\",\"phone_number_id\":\"%s\"},"
        "\"contacts\":[{\"profile\":{\"name\":\"Jane Doe\",\"username\":\"jane%d\"},\"wa_id\":\"%s\",\"user_id\":\"US.1349%012d\"}],"
        "\"messages\":[{\"from\":\"%s\",\"from_user_id\":\"US.1349%012d\",\"id\":\"wamid.HBgLMTIwMjU1NTAxMDEVAgASGBQz%016" PRIx64 "%08xAA==\","
        "\"timestamp\":\"%lld\",\"type\":\"text\",\"text\":{\"body\":\"%s\"}}]},\"field\":\"messages\"}]}]}",
        account, said->index, phone, said->index, phone, said->index, said->nonce, said->number, (long long)time(NULL), said->text);
}

static int messenger_message(char *out, const Said *said) {
    long long now = (long long)time(NULL) * 1000;
    return sprintf(out,
        "{\"object\":\"page\",\"entry\":[{\"id\":\"%s\",\"time\":%lld,\"messaging\":[{\"sender\":{\"id\":\"%lld\"},"
        "\"recipient\":{\"id\":\"%s\"},\"timestamp\":%lld,\"message\":{\"mid\":\"m_%016" PRIx64 "%08x\",\"text\":\"%s\"}}]}]}",
        page, now, FIRST_PERSON + said->index, page, now, said->nonce, said->number, said->text);
}

/* Update ids grow from run to run: milliseconds, and fewer messages than those. */
static int telegram_message(char *out, const Said *said) {
    long long update = (long long)(said->nonce / 1000000 % 1000000000) + said->number, chat = FIRST_CHAT + said->index;
    return sprintf(out,
        "{\"update_id\":%lld,\"message\":{\"message_id\":%lld,\"from\":{\"id\":%lld,\"is_bot\":false,\"first_name\":\"Jane\","
        "\"last_name\":\"Doe\",\"username\":\"jane%d\",\"language_code\":\"en\"},\"chat\":{\"id\":%lld,\"first_name\":\"Jane\","
        "\"last_name\":\"Doe\",\"username\":\"jane%d\",\"type\":\"private\"},\"date\":%lld,\"text\":\"%s\"}}",
        update, update, chat, said->index, chat, said->index, (long long)time(NULL), said->text);
}

/* A form and, beside it, what Twilio signs: the URL, then each name and value, in the order of names. */
typedef struct { char *form, *plain; int form_size, plain_size; } Form;

static void add_field(Form *form, const char *name, const char *value) {
    form->plain_size += sprintf(form->plain + form->plain_size, "%s%s", name, value);
    form->form_size += sprintf(form->form + form->form_size, "%s%s=", form->form_size ? "&" : "", name);
    for (; *value; value++)
        form->form_size += sprintf(form->form + form->form_size, isalnum((uint8_t)*value) ? "%c" : "%%%02X", (uint8_t)*value);
}

static char signed_text[DIGEST_MAX / 2];
static int signed_size;

static int twilio_message(char *out, const Said *said, int whatsapp) {
    char phone[32], from[64], to[64], sid[40];
    Form form = {.form = out, .plain = signed_text};
    phone_of(said->index, phone);
    sprintf(from, whatsapp ? "whatsapp:+%s" : "+%s", phone);
    sprintf(to, whatsapp ? "whatsapp:%s" : "%s", whatsapp ? twilio_whatsapp : twilio_sms);
    sprintf(sid, "SM%016" PRIx64 "%016x", said->nonce, said->number);
    form.plain_size = sprintf(form.plain, "http://127.0.0.1:%d%s", product_port, platform_path[SMS]);
    add_field(&form, "AccountSid", twilio_sid);
    add_field(&form, "ApiVersion", "2010-04-01");
    add_field(&form, "Body", said->text);
    add_field(&form, "From", from);
    if (!whatsapp) { add_field(&form, "FromCity", "NEW YORK"); add_field(&form, "FromCountry", "US"); add_field(&form, "FromState", "NY"); add_field(&form, "FromZip", "10010"); }
    add_field(&form, "MessageSid", sid);
    if (whatsapp) add_field(&form, "MessageType", "text");
    add_field(&form, "NumMedia", "0");
    add_field(&form, "NumSegments", "1");
    if (whatsapp) { add_field(&form, "ProfileName", "Jane Doe"); add_field(&form, "ReferralNumMedia", "0"); }
    add_field(&form, "SmsMessageSid", sid);
    add_field(&form, "SmsSid", sid);
    add_field(&form, "SmsStatus", "received");
    add_field(&form, "To", to);
    if (!whatsapp) { add_field(&form, "ToCity", "SPRINGFIELD"); add_field(&form, "ToCountry", "US"); add_field(&form, "ToState", "VA"); add_field(&form, "ToZip", "22150"); }
    if (whatsapp) add_field(&form, "WaId", phone);
    signed_size = form.plain_size;
    return form.form_size;
}

/* The body of a message; for Twilio also what is signed. */
static int message_body(int platform, char *out, const Said *said) {
    if (platform == WHATSAPP) return whatsapp_message(out, said);
    if (platform == MESSENGER) return messenger_message(out, said);
    if (platform == TELEGRAM) return telegram_message(out, said);
    return twilio_message(out, said, platform == TWILIO_WHATSAPP);
}

/* The head of a request with its proof. */
static int request_head(int platform, char *out, const char *body, int size) {
    char proof[160], hex[65];
    const char *type = "application/json", *agent = "facebookexternalua";
    if (platform == WHATSAPP || platform == MESSENGER) {
        hmac_hex(body, (size_t)size, hex);
        sprintf(proof, "X-Hub-Signature-256: sha256=%s", hex);
    } else if (platform == TELEGRAM) {
        agent = "TelegramBot";
        snprintf(proof, sizeof proof, "X-Telegram-Bot-Api-Secret-Token: %s", secret);
    } else {
        agent = "TwilioProxy/1.1";
        type = "application/x-www-form-urlencoded; charset=UTF-8";
        hmac_sha1_base64(signed_text, (size_t)signed_size, hex);
        sprintf(proof, "X-Twilio-Signature: %s", hex);
    }
    return sprintf(out,
        "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUser-Agent: %s\r\nContent-Type: %s\r\n%s\r\nContent-Length: %d\r\n\r\n",
        platform_path[platform], product_port, agent, type, proof, size);
}

/* ---- calls to send ---- */
/* A call that is no message (a read mark, "typing", a check-up) is `silent`. `text` is where words are looked for. */
typedef struct { int platform, silent; char to[64], sender[64], correlation[48]; const char *text; size_t text_size; } Call;

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

static void copy_member(char *out, size_t room, const char *body, size_t size, const char *name) {
    const char *value = "";
    size_t found = member(body, size, name, &value);
    snprintf(out, room, "%.*s", (int)found, value);
}

/* The value of a form field, decoded; its size. */
static size_t field(char *out, size_t room, const char *body, size_t size, const char *name) {
    size_t length = strlen(name), used = 0;
    const char *end = body + size, *at = body;
    out[0] = 0;
    while (at && at + length < end && (strncmp(at, name, length) || at[length] != '=')) {
        at = memchr(at, '&', (size_t)(end - at));
        if (at) at++;
    }
    if (!at || at + length >= end) return 0;
    for (at += length + 1; at < end && *at != '&' && used + 1 < room; at++) {
        unsigned code = (uint8_t)*at;
        if (*at == '+') code = ' ';
        else if (*at == '%' && at + 2 < end && sscanf(at + 1, "%2x", &code) == 1) at += 2;
        out[used++] = (char)code;
    }
    out[used] = 0;
    return used;
}

static void read_graph_call(Call *call, const char *path, const char *body, size_t size) {
    const char *recipient = memmem(body, size, "\"recipient\"", 11);
    call->platform = strstr(path, page) ? MESSENGER : WHATSAPP;
    call->text = body;
    call->text_size = size;
    sscanf(path, "/%*[^/]/%63[^/ ]", call->sender);
    if (call->platform == WHATSAPP) {
        copy_member(call->to, sizeof call->to, body, size, "\"to\"");
        copy_member(call->correlation, sizeof call->correlation, body, size, "\"biz_opaque_callback_data\"");
        call->silent = !*call->to;
    } else {
        if (recipient) copy_member(call->to, sizeof call->to, recipient, (size_t)(body + size - recipient), "\"id\"");
        copy_member(call->correlation, sizeof call->correlation, body, size, "\"metadata\"");
        call->silent = !memmem(body, size, "\"message\"", 9);
    }
}

static void read_form_call(Call *call, const char *body, size_t size, int telegram) {
    static char text[16384];
    char callback[256];
    call->text = text;
    call->text_size = field(text, sizeof text, body, size, telegram ? "text" : "Body");
    field(call->to, sizeof call->to, body, size, telegram ? "chat_id" : "To");
    if (telegram) return;
    if (!strncmp(call->to, "whatsapp:", 9)) { call->platform = TWILIO_WHATSAPP; memmove(call->to, call->to + 9, strlen(call->to + 9) + 1); }
    if (field(callback, sizeof callback, body, size, "StatusCallback") && strstr(callback, "?d="))
        snprintf(call->correlation, sizeof call->correlation, "%s", strstr(callback, "?d=") + 3);
}

/* What a call is, by its request line (`POST /path HTTP/1.1` and a line's end). */
static void read_call(Call *call, const char *line, const char *body, size_t size) {
    char first[512], method[8] = "", path[256] = "";
    memset(call, 0, sizeof *call);
    snprintf(first, sizeof first, "%.*s", (int)strcspn(line, "\r"), line);
    sscanf(first, "%7s %255[^ ?]", method, path);
    size_t length = strlen(path);
    int posted = !strcmp(method, "POST");
    if (!strncmp(path, "/bot", 4)) {
        call->platform = TELEGRAM;
        call->silent = length < 12 || strcmp(path + length - 12, "/sendMessage");
        if (!call->silent) read_form_call(call, body, size, 1);
    } else if (posted && length > 14 && !strcmp(path + length - 14, "/Messages.json")) {
        call->platform = SMS;
        read_form_call(call, body, size, 0);
    } else if (posted && length > 9 && !strcmp(path + length - 9, "/messages")) {
        read_graph_call(call, path, body, size);
    } else call->silent = 1;
}

/* The customer that was written to; -1 when it is none of the known kind. */
static long long customer_of(const Call *call) {
    long long number = strtoll(call->to + (*call->to == '+'), NULL, 10);
    if (call->platform == MESSENGER) return number - FIRST_PERSON;
    if (call->platform == TELEGRAM) return number - FIRST_CHAT;
    if (number / 100 % 100000 != 55501) return -1;
    return (number / 10000000 - 1000 - FIRST_AREA) * 100 + number % 100;
}

static int accepted_body(char *out, int platform, long long customer, const char *id, uint32_t number) {
    if (platform == WHATSAPP) return sprintf(out, "{\"messaging_product\":\"whatsapp\",\"contacts\":[],\"messages\":[{\"id\":\"%s\"}]}", id);
    if (platform == MESSENGER) return sprintf(out, "{\"recipient_id\":\"%lld\",\"message_id\":\"%s\"}", FIRST_PERSON + customer, id);
    if (platform == TELEGRAM)
        return sprintf(out, "{\"ok\":true,\"result\":{\"message_id\":%u,\"date\":%lld,\"chat\":{\"id\":%lld,\"type\":\"private\"},\"text\":\"-\"}}",
            number, (long long)time(NULL), FIRST_CHAT + customer);
    return sprintf(out, "{\"sid\":\"%s\",\"status\":\"queued\",\"num_segments\":\"1\",\"error_code\":null,\"error_message\":null}", id);
}

/* The answer to a call that is no message. */
static int silent_body(char *out, int platform) {
    return sprintf(out, platform == TELEGRAM ? "{\"ok\":true,\"result\":true}" : "{\"success\":true}");
}
