const DAY = 86400000;

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A day as Success Vector writes it in its sentences: "since 12 Oct", "due 3 Jan 2027". */
const IN_A_SENTENCE = new RegExp(`\\b(since|on|due|until) (\\d{1,2}) (${MONTHS.join("|")})(?: (\\d{4}))?\\b`, "g");

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

/** Returns how far away a day is, such as "in 7 days", "tomorrow" or "3 days ago". */
export function distanceText(day, locale, now) {
    return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(daysBetween(now, day), "day");
}

/**
 * Returns a sentence of Success Vector's with its days as people here write them. A day without a year is of the year
 * of `asOf`, the day on which the sentence was made.
 */
export function withLocalDays(sentence, locale, now, asOf) {
    return (sentence ?? "").replace(IN_A_SENTENCE, (_, word, day, month, year) => {
        const number = String(MONTHS.indexOf(month) + 1).padStart(2, "0");
        const said = `${year ?? (asOf ?? now).slice(0, 4)}-${number}-${day.padStart(2, "0")}`;
        return `${word} ${dayText(said, locale, now)}`;
    });
}
