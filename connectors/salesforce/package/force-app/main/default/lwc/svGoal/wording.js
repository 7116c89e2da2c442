import { fill } from "c/svShared";
import labels from "./labels";

const STATES = {
    Met: { look: "state met", icon: "utility:success", variant: "success", text: labels.met },
    Breached: { look: "state breached", icon: "utility:warning", variant: "error", text: labels.breached }
};
const UNKNOWN = { look: "state unknown", icon: "utility:help", variant: "warning", text: labels.unknown };

/** Returns a requirement with its state in words, and its note, as of its latest reading. */
export function requirementWords(requirement, day) {
    const { latest } = requirement;
    const state = STATES[latest?.state] ?? UNKNOWN;
    const text = latest?.state ? fill(labels.asOf, state.text, day(latest.on)) : state.text;
    return { ...requirement, ...state, text, note: latest?.note, assessText: fill(labels.assessThis, requirement.description) };
}

/** Returns who confirmed a goal and when; empty while it is our assumption. */
export function confirmationWords(goal, day) {
    if (!goal.confirmedOn) {
        return "";
    }
    const on = day(goal.confirmedOn);
    return goal.confirmedBy ? fill(labels.confirmed, goal.confirmedBy, on) : fill(labels.confirmedOn, on);
}
