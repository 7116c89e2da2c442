const DAY = 86400000;

/** Returns the day at that moment in a time zone, as YYYY-MM-DD. */
export function today(timeZone, now = new Date()) {
    return new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }).format(now);
}

/** Returns the whole days from one day to another; negative when the second comes first. */
export function daysBetween(from, to) {
    return Math.round((Date.parse(to) - Date.parse(from)) / DAY);
}

/** Returns the day so many days later. */
export function daysAfter(day, days) {
    return new Date(Date.parse(day) + days * DAY).toISOString().slice(0, 10);
}

/** Returns a day as people write it, such as "12 Oct"; the year is told when it is not this one. Empty for none. */
export function dayText(day, locale, now) {
    if (!day) {
        return "";
    }
    const year = day.slice(0, 4) === now.slice(0, 4) ? {} : { year: "numeric" };
    return new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone: "UTC", ...year }).format(
        new Date(Date.parse(day))
    );
}
