#include "agent/about.h"

#include <string.h>

enum status about_load(struct agent *agent, const struct booking *booking, struct arena *arena, struct about *ret_about,
                       struct error *error)
{
    struct about about = {.booking = *booking, .zone = agent->zone};
    enum status status = office_by_id(agent->database, booking->office_id, arena, &about.office, error);
    if (status == STATUS_OK)
        status = service_by_id(agent->database, booking->service_id, arena, &about.service, error);
    if (status == STATUS_OK && strcmp(about.office.zone, zone_name(agent->zone)) != 0) {
        status = zone_open(about.office.zone, &about.zone, error);
        about.owns_zone = status == STATUS_OK;
    }
    if (status == STATUS_OK)
        *ret_about = about;
    return status;
}

void about_release(struct about *about)
{
    if (about->owns_zone)
        zone_close(&about->zone);
    about->owns_zone = false;
    about->zone = NULL;
}

bool about_too_late(const struct about *about, enum intent intent, int64_t now)
{
    int64_t limit = intent == INTENT_CANCEL ? about->service.cancel_limit : about->service.change_limit;
    return now > about->booking.start - limit;
}

enum booking_state about_state(const struct agent *agent, const struct about *about, int64_t now)
{
    if (about->booking.status == BOOKING_CANCELLED)
        return BOOKING_STATE_CANCELLED;
    if (about->booking.start <= now)
        return BOOKING_STATE_PAST;
    bool locked = about->booking.origin == ORIGIN_MIGRATED && !agent->configuration->migrated_may_change;
    return locked ? BOOKING_STATE_LOCKED : BOOKING_STATE_OPEN;
}

bool about_changeable(const struct agent *agent, const struct about *about, int64_t now)
{
    return about_state(agent, about, now) == BOOKING_STATE_OPEN &&
           !(about_too_late(about, INTENT_CANCEL, now) && about_too_late(about, INTENT_RESCHEDULE, now));
}
