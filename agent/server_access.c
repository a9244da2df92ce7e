#include "agent/server_access.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

#include "agent/oauth.h"

int64_t monotonic_milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void start_library(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

enum status server_access_handle(CURL **ret_handle, struct error *error)
{
    static pthread_once_t started = PTHREAD_ONCE_INIT;
    pthread_once(&started, start_library);
    CURL *handle = curl_easy_init();
    if (handle == NULL)
        return error_set(error, STATUS_INTERNAL, "libcurl cannot be used");
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(handle, CURLOPT_TCP_KEEPALIVE, 1L);
    *ret_handle = handle;
    return STATUS_OK;
}

static const struct {
    const char *scheme;
    const char *secure_scheme;
    int ports[3]; /* by enum tls_mode */
} protocols[] = {
    [PROTOCOL_IMAP] = {"imap", "imaps", {[TLS_IMPLICIT] = 993, [TLS_STARTTLS] = 143, [TLS_NONE] = 143}},
    [PROTOCOL_SMTP] = {"smtp", "smtps", {[TLS_IMPLICIT] = 465, [TLS_STARTTLS] = 587, [TLS_NONE] = 25}},
};

int server_access_port(const struct server_access *access, enum server_protocol protocol)
{
    return access->port != 0 ? access->port : protocols[protocol].ports[access->tls];
}

enum status server_access_login(const struct server_access *access, CURL *handle, struct error *error)
{
    if (access->auth == AUTH_NONE)
        return STATUS_OK;
    struct buffer secret = BUFFER_INIT;
    enum status status;
    curl_easy_setopt(handle, CURLOPT_USERNAME, access->user);
    if (access->auth == AUTH_XOAUTH2) {
        status = oauth_token(access, &secret, error);
        if (status == STATUS_OK) {
            curl_easy_setopt(handle, CURLOPT_XOAUTH2_BEARER, secret.data);
            curl_easy_setopt(handle, CURLOPT_LOGIN_OPTIONS, "AUTH=XOAUTH2");
        }
    } else {
        status = configuration_secret(access->password_file, &secret, error);
        if (status == STATUS_OK)
            curl_easy_setopt(handle, CURLOPT_PASSWORD, secret.data);
    }
    configuration_forget(&secret);
    if (status != STATUS_OK && status != STATUS_UNAVAILABLE && error != NULL)
        error->status = STATUS_DENIED;
    return status == STATUS_OK || status == STATUS_UNAVAILABLE ? status : STATUS_DENIED;
}

enum status server_access_apply(const struct server_access *access, enum server_protocol protocol, const char *path,
                                CURL *handle, struct error *error)
{
    bool implicit = access->tls == TLS_IMPLICIT, literal_ipv6 = strchr(access->host, ':') != NULL;
    struct buffer url = BUFFER_INIT;
    buffer_printf(&url, "%s://%s%s%s:%d/%s", implicit ? protocols[protocol].secure_scheme : protocols[protocol].scheme,
                  literal_ipv6 ? "[" : "", access->host, literal_ipv6 ? "]" : "", server_access_port(access, protocol),
                  path);
    curl_easy_setopt(handle, CURLOPT_URL, url.data);
    buffer_release(&url);
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, protocol == PROTOCOL_IMAP ? "imap,imaps" : "smtp,smtps");
    curl_easy_setopt(handle, CURLOPT_PROXY, ""); /* what the environment says of proxies is for the web */
    curl_easy_setopt(handle, CURLOPT_USE_SSL, (long)(access->tls == TLS_NONE ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    if (access->ca_file != NULL) { /* these alone: not the system's besides */
        curl_easy_setopt(handle, CURLOPT_CAINFO, access->ca_file);
        curl_easy_setopt(handle, CURLOPT_CAPATH, NULL);
    }
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, (long)access->timeout);
    curl_easy_setopt(handle, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)access->timeout);
    curl_easy_setopt(handle, CURLOPT_SASL_IR, 1L);
    return server_access_login(access, handle, error);
}

static const struct {
    CURLcode code;
    enum status status;
    const char *words;
} failures[] = {
    {CURLE_PEER_FAILED_VERIFICATION, STATUS_DENIED,
     "its certificate is not trusted, or is not for this host name: host must be written as in the certificate, and "
     "ca_file name the authority that signed it"},
    {CURLE_SSL_CACERT_BADFILE, STATUS_DENIED, "ca_file cannot be read, or holds no certificate"},
    {CURLE_USE_SSL_FAILED, STATUS_DENIED, "the server offers no STARTTLS on this port: check port and tls"},
    {CURLE_SSL_CONNECT_ERROR, STATUS_UNAVAILABLE,
     "no TLS on this port, or none that is new enough: check port and tls (implicit or starttls)"},
    {CURLE_COULDNT_RESOLVE_HOST, STATUS_UNAVAILABLE, "the host name has no address: check host, or the name service"},
    {CURLE_COULDNT_CONNECT, STATUS_UNAVAILABLE, "no connection: is the server running, and the port right?"},
    {CURLE_OPERATION_TIMEDOUT, STATUS_UNAVAILABLE, "no answer in time"},
};

enum status server_access_failure(const struct server_access *access, enum server_protocol protocol, CURLcode code,
                                  const char *detail, struct error *error)
{
    int port = server_access_port(access, protocol);
    if (code == CURLE_LOGIN_DENIED)
        return error_set(error, STATUS_DENIED, "%s:%d: the login of %s was refused: check user and %s%s%s",
                         access->host, port, access->user != NULL ? access->user : "nobody",
                         access->auth == AUTH_XOAUTH2 ? "the token's source (scope, tenant, mailbox)" : "password_file",
                         *detail != '\0' ? "; the server: " : "", detail);
    for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++)
        if (failures[i].code == code)
            return error_set(error, failures[i].status, "%s:%d: %s (%s)", access->host, port, failures[i].words,
                             *detail != '\0' ? detail : curl_easy_strerror(code));
    return error_set(error, STATUS_UNAVAILABLE, "%s:%d: %s", access->host, port,
                     *detail != '\0' ? detail : curl_easy_strerror(code));
}
