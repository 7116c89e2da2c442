import { dayText, fill } from "c/svShared";
import labels from "./labels";

const STATES = {
    Met: { look: "state met", icon: "utility:success", text: labels.met },
    Breached: { look: "state breached", icon: "utility:warning", text: labels.breached }
};
const UNKNOWN = { look: "state unknown", icon: "utility:help", text: labels.unknown };

/** Returns a requirement with its state in words, and its note, as of its latest reading. */
export function requirementWords(requirement, locale, today) {
    const { latest } = requirement;
    const state = STATES[latest?.state] ?? UNKNOWN;
    const text = latest?.state ? fill(labels.asOf, state.text, dayText(latest.on, locale, today)) : state.text;
    return { ...requirement, ...state, text, note: latest?.note, assessText: fill(labels.assessThis, requirement.description) };
}

/** Returns who confirmed a goal and when; empty while it is our assumption. */
export function confirmationWords(goal, locale, today) {
    if (!goal.confirmedOn) {
        return "";
    }
    const day = dayText(goal.confirmedOn, locale, today);
    return goal.confirmedBy ? fill(labels.confirmed, goal.confirmedBy, day) : fill(labels.confirmedOn, day);
}
