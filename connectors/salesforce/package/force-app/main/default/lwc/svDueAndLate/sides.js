import { daysBetween } from "c/svShared";

const SOON = 30;

/** The sides in the order in which they are told, ours first, with the parties that stand for them. */
export const SIDES = [
    { key: "ours", parties: ["Us, behind the scenes"] },
    { key: "together", parties: ["Together"] },
    { key: "theirs", parties: ["Member, in our offering", "Member, on their own"] }
];

function when(item, today) {
    if (item.done) {
        return item.done === today ? "now" : "past";
    }
    if (!item.agreed) {
        return "proposed";
    }
    return item.due && daysBetween(today, item.due) > SOON ? "later" : "now";
}

function isLate(item, today) {
    return !item.done && Boolean(item.agreed) && Boolean(item.due) && item.due < today;
}

/**
 * Returns what was agreed, by side: `now` (late, due within 30 days, without a day, or done today), `later` and
 * `proposed` (not agreed yet), the longest late first; `late` and `soon` are how many. Items of all goals come together.
 */
export function sidesOf(goals, today) {
    const items = goals.flatMap((goal) => goal.accountabilities);
    const ordered = [...items].sort((one, other) => (one.due ?? "9999").localeCompare(other.due ?? "9999"));
    return SIDES.map(({ key, parties }) => {
        const mine = ordered
            .filter((item) => parties.includes(item.party))
            .map((item) => ({ ...item, side: key, late: isLate(item, today), when: when(item, today) }));
        const now = mine.filter((item) => item.when === "now");
        return {
            key,
            now,
            later: mine.filter((item) => item.when === "later"),
            proposed: mine.filter((item) => item.when === "proposed"),
            late: now.filter((item) => item.late).length,
            soon: now.filter((item) => !item.late && !item.done && item.due).length
        };
    });
}
